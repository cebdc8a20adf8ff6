-- Unhappy answers and the tickets opened because of them.
CREATE TABLE recovery (
  id TEXT PRIMARY KEY,              -- of the invitation that was answered
  tenant TEXT NOT NULL,
  state BIGINT NOT NULL,
  reason BIGINT NOT NULL,
  customer_id TEXT NOT NULL,
  origin TEXT NOT NULL,             -- ticket asked about
  rma_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  product TEXT NOT NULL,
  language TEXT NOT NULL,
  score TEXT NOT NULL,
  comment TEXT NOT NULL,            -- emptied when the ticket holds it
  ticket_id TEXT NOT NULL,          -- the ticket opened
  call_back_due BIGINT,
  call_back BIGINT NOT NULL,
  call_back_note TEXT NOT NULL,
  called_by TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  opened_at BIGINT,
  ended_at BIGINT,
  next_attempt BIGINT NOT NULL
);
CREATE INDEX recovery_list ON recovery (tenant, id);
CREATE INDEX recovery_ticket ON recovery (tenant, ticket_id);
CREATE INDEX recovery_due ON recovery (state, next_attempt);
