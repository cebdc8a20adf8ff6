-- Which RMAs a piece of evidence was sent along with: the same picture twice is a signal of risk.
CREATE TABLE rma_evidence (
  tenant TEXT NOT NULL,
  evidence_id TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  PRIMARY KEY (tenant, evidence_id, rma_id)
);
