-- The audit reads the ledger by cause from this index alone, in byte order; it also serves what the
-- index it replaces did.
DROP INDEX ledger_entry_by_cause;
-- @sqlite
CREATE INDEX ledger_entry_by_cause ON ledger_entry (tenant, cause_id, transfer_id, currency, account, amount_minor);
-- @postgres
CREATE INDEX ledger_entry_by_cause ON ledger_entry (tenant, cause_id COLLATE "C", transfer_id COLLATE "C", currency COLLATE "C", account, amount_minor);
-- @postgres
CREATE INDEX refund_bytewise ON refund (tenant, refund_id COLLATE "C");
CREATE INDEX refund_by_payment ON refund (tenant, payment_id, state, amount_minor);
CREATE INDEX chargeback_by_payment ON chargeback (tenant, payment_id, amount_minor);
