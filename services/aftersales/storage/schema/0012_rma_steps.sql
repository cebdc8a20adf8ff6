-- How long the steps of RMAs take: folded from their action logs as they grow. due_at: by when the policy
-- wanted it done; overdue_at: when that was noticed to have passed.
CREATE TABLE rma_step (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  step BIGINT NOT NULL,
  round BIGINT NOT NULL,
  began_at BIGINT NOT NULL,
  ended_at BIGINT,
  due_at BIGINT,
  overdue_at BIGINT,
  PRIMARY KEY (tenant, rma_id, step, round)
);
CREATE INDEX rma_step_by_end ON rma_step (tenant, ended_at);
