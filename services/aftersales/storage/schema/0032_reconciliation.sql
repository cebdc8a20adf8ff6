-- Gateways' statements and where they differ from the ledger. Lines are kept to know a repeat.
CREATE TABLE statement (
  tenant TEXT NOT NULL,
  statement_id TEXT NOT NULL,
  gateway TEXT NOT NULL,
  start_at BIGINT NOT NULL,
  end_at BIGINT NOT NULL,
  content_hash TEXT NOT NULL,
  imported_by TEXT NOT NULL,
  imported_at BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  matched BIGINT NOT NULL,
  missing_here BIGINT NOT NULL,
  missing_there BIGINT NOT NULL,
  amount_differs BIGINT NOT NULL,
  duplicates BIGINT NOT NULL,
  PRIMARY KEY (tenant, gateway, start_at, end_at)
);
CREATE TABLE statement_line (
  tenant TEXT NOT NULL,
  gateway TEXT NOT NULL,
  type BIGINT NOT NULL,
  line_key TEXT NOT NULL,
  statement_id TEXT NOT NULL,
  line BIGINT NOT NULL,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  PRIMARY KEY (tenant, gateway, type, line_key)
);
CREATE TABLE difference (
  tenant TEXT NOT NULL,
  difference_id TEXT NOT NULL,
  statement_id TEXT NOT NULL,
  gateway TEXT NOT NULL,
  kind BIGINT NOT NULL,
  line_key TEXT NOT NULL,
  gateway_id TEXT NOT NULL,
  line BIGINT NOT NULL,
  ours_minor BIGINT NOT NULL,
  ours_currency TEXT NOT NULL,
  theirs_minor BIGINT NOT NULL,
  theirs_currency TEXT NOT NULL,
  detail TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  resolved_at BIGINT,
  resolved_by TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (tenant, difference_id)
);
CREATE INDEX difference_by_statement ON difference (tenant, statement_id, difference_id);
-- What left through gateways, by time: the other side of a statement.
CREATE INDEX ledger_entry_paid ON ledger_entry (tenant, account, at) WHERE account LIKE 'gateway.%';
