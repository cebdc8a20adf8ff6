-- Steps are asked for by when they ended (0: still open), and open ones then by their RMA: one tree instead of two.
CREATE TABLE rma_step_by_time (
  tenant TEXT NOT NULL,
  ended_at BIGINT NOT NULL,
  rma_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  round BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  due_at BIGINT,
  overdue_at BIGINT,
  PRIMARY KEY (tenant, ended_at, rma_id, step, round)
) {without_rowid};
INSERT INTO rma_step_by_time (tenant, ended_at, rma_id, step, round, began_at, due_at, overdue_at)
SELECT tenant, COALESCE(ended_at, 0), rma_id, step, round, began_at, due_at, overdue_at FROM rma_step;
DROP TABLE rma_step;
ALTER TABLE rma_step_by_time RENAME TO rma_step;
