-- Orders as pushed in. Counters *_held are what RMAs and refunds have taken; the guards that change them
-- (sql_orders.cc, sql_refunds.cc) and the checks here keep them within what was delivered and captured.
CREATE TABLE customer_order (
  tenant TEXT NOT NULL,
  order_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  content_hash TEXT NOT NULL,
  tier BIGINT NOT NULL,
  country_of_sale TEXT NOT NULL,
  country_of_delivery TEXT NOT NULL,
  currency TEXT NOT NULL,
  language TEXT NOT NULL,
  ordered_at BIGINT NOT NULL,
  shipping_minor BIGINT NOT NULL,
  fee_minor BIGINT NOT NULL,
  shipping_held_minor BIGINT NOT NULL DEFAULT 0,
  fee_held_minor BIGINT NOT NULL DEFAULT 0,
  lock_count BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, order_id),
  CHECK (shipping_held_minor >= 0 AND shipping_held_minor <= shipping_minor),
  CHECK (fee_held_minor >= 0 AND fee_held_minor <= fee_minor)
);
CREATE INDEX customer_order_by_time ON customer_order (tenant, ordered_at, order_id);
CREATE INDEX customer_order_by_customer ON customer_order (tenant, customer_id, ordered_at, order_id);

CREATE TABLE order_line (
  tenant TEXT NOT NULL,
  order_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  sku TEXT NOT NULL,
  product_id TEXT NOT NULL,
  product_name TEXT NOT NULL,
  category TEXT NOT NULL,
  lot TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  unit_price_minor BIGINT NOT NULL,
  discount_minor BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  duty_minor BIGINT NOT NULL,
  flags BIGINT NOT NULL,
  value_minor BIGINT NOT NULL,
  delivered BIGINT NOT NULL,
  units_held BIGINT NOT NULL DEFAULT 0,
  refund_held_minor BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, order_id, line_id),
  CHECK (units_held >= 0 AND units_held <= delivered),
  CHECK (refund_held_minor >= 0 AND refund_held_minor <= value_minor)
);

CREATE TABLE order_payment (
  tenant TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  method TEXT NOT NULL,
  gateway TEXT NOT NULL,
  captured_minor BIGINT NOT NULL,
  captured_at BIGINT NOT NULL,
  refund_held_minor BIGINT NOT NULL DEFAULT 0,
  charged_back_minor BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, payment_id),
  CHECK (refund_held_minor >= 0 AND refund_held_minor <= captured_minor),
  CHECK (charged_back_minor >= 0)
);
CREATE INDEX order_payment_by_order ON order_payment (tenant, order_id, position);

-- One row per shipment and line in it.
CREATE TABLE order_shipment_item (
  tenant TEXT NOT NULL,
  order_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  shipment_id TEXT NOT NULL,
  carrier TEXT NOT NULL,
  tracking_number TEXT NOT NULL,
  shipped_at BIGINT,
  delivered_at BIGINT,
  line_id TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (tenant, order_id, position)
);

-- RMAs. approval, logistics, back_leg, outcome and closed_at repeat what the action log says, for lists.
CREATE TABLE rma (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  country TEXT NOT NULL,
  language TEXT NOT NULL,
  customer_note TEXT NOT NULL,
  ship_by BIGINT,
  version BIGINT NOT NULL,
  approval BIGINT NOT NULL,
  logistics BIGINT NOT NULL,
  back_leg BIGINT NOT NULL,
  outcome BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  closed_at BIGINT,
  PRIMARY KEY (tenant, rma_id)
);
CREATE INDEX rma_by_order ON rma (tenant, order_id, rma_id);
CREATE INDEX rma_by_customer ON rma (tenant, customer_id, created_at);

CREATE TABLE rma_line (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  order_line_id TEXT NOT NULL,
  kind BIGINT NOT NULL,
  reason TEXT NOT NULL,
  evidence_ids TEXT NOT NULL,
  exchange_sku TEXT NOT NULL,
  keep_goods BIGINT NOT NULL,
  expected_refund_minor BIGINT NOT NULL,
  restocking_fee_minor BIGINT NOT NULL,
  product_id TEXT NOT NULL,
  sku TEXT NOT NULL,
  lot TEXT NOT NULL,
  category TEXT NOT NULL,
  PRIMARY KEY (tenant, rma_id, line_id)
);

CREATE TABLE rma_action (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  type BIGINT NOT NULL,
  line_id TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  grade BIGINT NOT NULL,
  actor_kind BIGINT NOT NULL,
  actor_id TEXT NOT NULL,
  note TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (tenant, rma_id, sequence)
);

-- What the policy said and all it looked at, in canonical bytes: evaluating the inputs again gives the same.
CREATE TABLE rma_verdict (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  policy_version TEXT NOT NULL,
  inputs TEXT NOT NULL,
  verdict TEXT NOT NULL,
  PRIMARY KEY (tenant, rma_id)
);

CREATE TABLE refund (
  tenant TEXT NOT NULL,
  refund_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  gateway TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
  state BIGINT NOT NULL,
  reason TEXT NOT NULL,
  state_reason TEXT NOT NULL,
  gateway_refund_id TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  requested_by TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  retried_as TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  rma_submitted_at BIGINT,
  submitted_at BIGINT,
  completed_at BIGINT,
  due_at BIGINT,
  version BIGINT NOT NULL,
  PRIMARY KEY (tenant, refund_id)
);
CREATE INDEX refund_by_order ON refund (tenant, order_id);
CREATE INDEX refund_by_rma ON refund (tenant, rma_id);
CREATE INDEX refund_by_customer ON refund (tenant, customer_id, refund_id);
CREATE INDEX refund_due ON refund (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE refund_part (
  tenant TEXT NOT NULL,
  refund_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  order_line_id TEXT NOT NULL,
  component BIGINT NOT NULL,
  amount_minor BIGINT NOT NULL CHECK (amount_minor >= 0),
  PRIMARY KEY (tenant, refund_id, position)
);

CREATE TABLE refund_units (
  tenant TEXT NOT NULL,
  refund_id TEXT NOT NULL,
  rma_line_id TEXT NOT NULL,
  order_line_id TEXT NOT NULL,
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (tenant, refund_id, rma_line_id)
);

CREATE TABLE chargeback (
  tenant TEXT NOT NULL,
  chargeback_id TEXT NOT NULL,
  payment_id TEXT NOT NULL,
  amount_minor BIGINT NOT NULL CHECK (amount_minor > 0),
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, chargeback_id)
);

-- Append-only: the triggers refuse every change.
CREATE TABLE ledger_entry (
  sequence {identity},
  tenant TEXT NOT NULL,
  transfer_id TEXT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount_minor BIGINT NOT NULL,
  cause_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX ledger_entry_by_cause ON ledger_entry (tenant, cause_id);
CREATE INDEX ledger_entry_by_order ON ledger_entry (tenant, order_id);
-- @sqlite
CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON ledger_entry BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
-- @sqlite
CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN
  SELECT RAISE(ABORT, 'the ledger is append-only');
END;
-- @postgres
CREATE FUNCTION ledger_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$;
-- @postgres
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_entry_refuse();
