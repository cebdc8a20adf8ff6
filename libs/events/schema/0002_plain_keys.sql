-- SQLite looks after a table of numbers given out for keys that are never to come again. The outbox always keeps its
-- newest row, so the next number after the highest will do, and is cheaper.
-- @sqlite
ALTER TABLE outbox RENAME TO outbox_before;
-- @sqlite
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  txid BIGINT NOT NULL DEFAULT 0,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  tenant TEXT NOT NULL,
  topic TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  occurred_at BIGINT NOT NULL,
  traceparent TEXT NOT NULL,
  body {blob} NOT NULL
);
-- @sqlite
INSERT INTO outbox SELECT * FROM outbox_before;
-- An outbox that was emptied: a row that is published already stands for the numbers given out.
-- @sqlite
INSERT INTO outbox (id, event_id, type, tenant, topic, aggregate_id, sequence, occurred_at, traceparent, body)
SELECT seq, '', '', '', '', '', 0, 0, '', '' FROM sqlite_sequence
WHERE name = 'outbox_before' AND seq > 0 AND NOT EXISTS (SELECT 1 FROM outbox);
-- @sqlite
DROP TABLE outbox_before;
