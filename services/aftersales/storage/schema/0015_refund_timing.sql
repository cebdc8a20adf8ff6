-- When the money for goods that come back is paid: 1 after inspection, 2 when the carrier has them, 3 with the
-- approval.
ALTER TABLE rma_line ADD COLUMN refund_at BIGINT NOT NULL DEFAULT 1;
