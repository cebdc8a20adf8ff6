-- Store credit and points of customers, and goodwill granted in them. The ledger says the same in total.
CREATE TABLE credit_balance (
  tenant TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  tender BIGINT NOT NULL,
  currency TEXT NOT NULL,
  balance_minor BIGINT NOT NULL CHECK (balance_minor >= 0),
  PRIMARY KEY (tenant, customer_id, tender, currency)
);
CREATE TABLE credit_grant (
  tenant TEXT NOT NULL,
  grant_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  tender BIGINT NOT NULL,
  amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
  currency TEXT NOT NULL,
  state BIGINT NOT NULL,
  reason TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  decided_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  decided_at BIGINT,
  PRIMARY KEY (tenant, grant_id)
);
