-- An RMA is one row: its lines with their answers, the actions of its filing and the verdict on it are
-- written once and read together, so they are columns, in canonical bytes (storage/rma_bytes.h). Later actions
-- are a row for each change. `mismatches`: units that came back as something else or not at all.
ALTER TABLE rma ADD COLUMN mismatches BIGINT NOT NULL DEFAULT 0;
ALTER TABLE rma ADD COLUMN lines TEXT NOT NULL DEFAULT '';
ALTER TABLE rma ADD COLUMN log TEXT NOT NULL DEFAULT '';
ALTER TABLE rma ADD COLUMN policy_version TEXT NOT NULL DEFAULT '';
ALTER TABLE rma ADD COLUMN inputs TEXT NOT NULL DEFAULT '';
ALTER TABLE rma ADD COLUMN verdict TEXT NOT NULL DEFAULT '';
CREATE TABLE rma_change (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  first_sequence BIGINT NOT NULL,
  actions TEXT NOT NULL,
  PRIMARY KEY (tenant, rma_id, first_sequence)
) {without_rowid};
UPDATE rma SET policy_version = v.policy_version, inputs = v.inputs, verdict = v.verdict
FROM rma_verdict v WHERE v.tenant = rma.tenant AND v.rma_id = rma.rma_id;
UPDATE rma SET mismatches = (SELECT CAST(COALESCE(SUM(a.quantity), 0) AS BIGINT) FROM rma_action a
  WHERE a.tenant = rma.tenant AND a.rma_id = rma.rma_id AND a.type = 8 AND a.line_id <> '' AND a.grade IN (4, 5));
-- @sqlite
UPDATE rma SET
  lines = '1;' || (SELECT COALESCE(group_concat(bytes, ''), '') FROM (SELECT
      length(CAST(l.line_id AS BLOB)) || ':' || l.line_id || ';' ||
      length(CAST(l.order_line_id AS BLOB)) || ':' || l.order_line_id || ';' ||
      l.kind || ';' ||
      length(CAST(l.reason AS BLOB)) || ':' || l.reason || ';' ||
      length(CAST(l.evidence_ids AS BLOB)) || ':' || l.evidence_ids || ';' ||
      length(CAST(l.exchange_sku AS BLOB)) || ':' || l.exchange_sku || ';' ||
      l.keep_goods || ';' ||
      l.refund_at || ';' ||
      l.expected_refund_minor || ';' ||
      l.restocking_fee_minor || ';' ||
      length(CAST(l.product_id AS BLOB)) || ':' || l.product_id || ';' ||
      length(CAST(l.sku AS BLOB)) || ':' || l.sku || ';' ||
      length(CAST(l.lot AS BLOB)) || ':' || l.lot || ';' ||
      length(CAST(l.category AS BLOB)) || ':' || l.category || ';' ||
      (SELECT COUNT(*) || ';' FROM rma_answer q
      WHERE q.tenant = l.tenant AND q.rma_id = l.rma_id AND q.line_id = l.line_id) ||
      COALESCE((SELECT group_concat(bytes, '') FROM (SELECT
        length(CAST(q.question_id AS BLOB)) || ':' || q.question_id || ';' ||
        length(CAST(q.question AS BLOB)) || ':' || q.question || ';' ||
        length(CAST(q.answer AS BLOB)) || ':' || q.answer || ';' AS bytes
        FROM rma_answer q WHERE q.tenant = l.tenant AND q.rma_id = l.rma_id AND q.line_id = l.line_id
        ORDER BY q.position)), '') AS bytes
    FROM rma_line l WHERE l.tenant = rma.tenant AND l.rma_id = rma.rma_id ORDER BY l.position)),
  log = '1;' || (SELECT COALESCE(group_concat(bytes, ''), '') FROM (SELECT
      a.type || ';' ||
      length(CAST(a.line_id AS BLOB)) || ':' || a.line_id || ';' ||
      a.quantity || ';' ||
      a.grade || ';' ||
      a.actor_kind || ';' ||
      length(CAST(a.actor_id AS BLOB)) || ':' || a.actor_id || ';' ||
      length(CAST(a.note AS BLOB)) || ':' || a.note || ';' ||
      length(CAST(a.evidence_ids AS BLOB)) || ':' || a.evidence_ids || ';' ||
      a.at || ';' AS bytes
    FROM rma_action a WHERE a.tenant = rma.tenant AND a.rma_id = rma.rma_id ORDER BY a.sequence));
-- @postgres
UPDATE rma SET
  lines = '1;' || (SELECT COALESCE(string_agg(
      octet_length(l.line_id) || ':' || l.line_id || ';' ||
      octet_length(l.order_line_id) || ':' || l.order_line_id || ';' ||
      l.kind || ';' ||
      octet_length(l.reason) || ':' || l.reason || ';' ||
      octet_length(l.evidence_ids) || ':' || l.evidence_ids || ';' ||
      octet_length(l.exchange_sku) || ':' || l.exchange_sku || ';' ||
      l.keep_goods || ';' ||
      l.refund_at || ';' ||
      l.expected_refund_minor || ';' ||
      l.restocking_fee_minor || ';' ||
      octet_length(l.product_id) || ':' || l.product_id || ';' ||
      octet_length(l.sku) || ':' || l.sku || ';' ||
      octet_length(l.lot) || ':' || l.lot || ';' ||
      octet_length(l.category) || ':' || l.category || ';' ||
      (SELECT COUNT(*) || ';' FROM rma_answer q
      WHERE q.tenant = l.tenant AND q.rma_id = l.rma_id AND q.line_id = l.line_id) ||
      COALESCE((SELECT string_agg(
        octet_length(q.question_id) || ':' || q.question_id || ';' ||
        octet_length(q.question) || ':' || q.question || ';' ||
        octet_length(q.answer) || ':' || q.answer || ';',
        '' ORDER BY q.position)
        FROM rma_answer q WHERE q.tenant = l.tenant AND q.rma_id = l.rma_id AND q.line_id = l.line_id), ''),
      '' ORDER BY l.position), '')
    FROM rma_line l WHERE l.tenant = rma.tenant AND l.rma_id = rma.rma_id),
  log = '1;' || (SELECT COALESCE(string_agg(
      a.type || ';' ||
      octet_length(a.line_id) || ':' || a.line_id || ';' ||
      a.quantity || ';' ||
      a.grade || ';' ||
      a.actor_kind || ';' ||
      octet_length(a.actor_id) || ':' || a.actor_id || ';' ||
      octet_length(a.note) || ':' || a.note || ';' ||
      octet_length(a.evidence_ids) || ':' || a.evidence_ids || ';' ||
      a.at || ';',
      '' ORDER BY a.sequence), '')
    FROM rma_action a WHERE a.tenant = rma.tenant AND a.rma_id = rma.rma_id);
DROP TABLE rma_line;
DROP TABLE rma_answer;
DROP TABLE rma_action;
DROP TABLE rma_verdict;
-- What a customer's history is read from.
DROP INDEX rma_by_customer;
CREATE INDEX rma_by_customer ON rma (tenant, customer_id, created_at, mismatches);
