-- SQLite: rows that are found by their key alone live in the key's tree. With a tree of their own besides,
-- each costs two searches and two pages instead of one. PostgreSQL has no such choice.
-- @sqlite
CREATE TABLE rma_line_clustered (
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
  refund_at BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant, rma_id, line_id)
) WITHOUT ROWID;
-- @sqlite
INSERT INTO rma_line_clustered SELECT tenant, rma_id, line_id, position, order_line_id, kind, reason,
  evidence_ids, exchange_sku, keep_goods, expected_refund_minor, restocking_fee_minor, product_id, sku,
  lot, category, refund_at
FROM rma_line;
-- @sqlite
DROP TABLE rma_line;
-- @sqlite
ALTER TABLE rma_line_clustered RENAME TO rma_line;
-- @sqlite
CREATE TABLE rma_action_clustered (
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
  evidence_ids TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant, rma_id, sequence)
) WITHOUT ROWID;
-- @sqlite
INSERT INTO rma_action_clustered SELECT tenant, rma_id, sequence, type, line_id, quantity, grade,
  actor_kind, actor_id, note, at, evidence_ids
FROM rma_action;
-- @sqlite
DROP TABLE rma_action;
-- @sqlite
ALTER TABLE rma_action_clustered RENAME TO rma_action;
-- @sqlite
CREATE TABLE rma_step_clustered (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  round BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  ended_at BIGINT,
  due_at BIGINT,
  overdue_at BIGINT,
  PRIMARY KEY (tenant, rma_id, step, round)
) WITHOUT ROWID;
-- @sqlite
INSERT INTO rma_step_clustered SELECT tenant, rma_id, step, round, began_at, ended_at, due_at, overdue_at
FROM rma_step;
-- @sqlite
DROP TABLE rma_step;
-- @sqlite
ALTER TABLE rma_step_clustered RENAME TO rma_step;
-- @sqlite
CREATE INDEX rma_step_by_end ON rma_step (tenant, ended_at);
-- @sqlite
CREATE TABLE order_line_clustered (
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
  hs_code TEXT NOT NULL DEFAULT '',
  origin_country TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant, order_id, line_id),
  CHECK (units_held >= 0 AND units_held <= delivered),
  CHECK (refund_held_minor >= 0 AND refund_held_minor <= value_minor)
) WITHOUT ROWID;
-- @sqlite
INSERT INTO order_line_clustered SELECT tenant, order_id, line_id, position, sku, product_id, product_name,
  category, lot, quantity, unit_price_minor, discount_minor, tax_minor, duty_minor, flags, value_minor,
  delivered, units_held, refund_held_minor, hs_code, origin_country
FROM order_line;
-- @sqlite
DROP TABLE order_line;
-- @sqlite
ALTER TABLE order_line_clustered RENAME TO order_line;
-- @sqlite
CREATE TABLE order_shipment_item_clustered (
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
  invoice_number TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (tenant, order_id, position)
) WITHOUT ROWID;
-- @sqlite
INSERT INTO order_shipment_item_clustered SELECT tenant, order_id, position, shipment_id, carrier,
  tracking_number, shipped_at, delivered_at, line_id, quantity, invoice_number
FROM order_shipment_item;
-- @sqlite
DROP TABLE order_shipment_item;
-- @sqlite
ALTER TABLE order_shipment_item_clustered RENAME TO order_shipment_item;
