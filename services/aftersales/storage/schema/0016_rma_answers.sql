-- What customers said to the questions that the policy asked when they filed.
CREATE TABLE rma_answer (
  tenant TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  question_id TEXT NOT NULL,
  question TEXT NOT NULL,
  answer TEXT NOT NULL,
  PRIMARY KEY (tenant, rma_id, line_id, position)
);
