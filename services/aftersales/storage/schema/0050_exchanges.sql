-- Terms of exchanges, one row per RMA line that has any; how far they are is in the action log.
CREATE TABLE rma_exchange (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  product_id TEXT NOT NULL,
  product_name TEXT NOT NULL,
  units BIGINT NOT NULL,
  paid_minor BIGINT NOT NULL,
  price_minor BIGINT NOT NULL,
  instant BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, rma_id, line_id)
);
ALTER TABLE rma_action ADD COLUMN evidence_ids TEXT NOT NULL DEFAULT '';

-- Stock as pushed in, less what exchanges sent out since; `held` is what they have reserved.
CREATE TABLE stock_item (
  tenant TEXT NOT NULL,
  sku TEXT NOT NULL,
  product_id TEXT NOT NULL,
  product_name TEXT NOT NULL,
  version BIGINT NOT NULL,
  on_hand BIGINT NOT NULL,
  held BIGINT NOT NULL DEFAULT 0,
  prices TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, sku),
  CHECK (on_hand >= 0),
  CHECK (held >= 0)
);
CREATE TABLE stock_hold (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (tenant, rma_id, line_id)
);
CREATE INDEX stock_hold_by_sku ON stock_hold (tenant, sku);
