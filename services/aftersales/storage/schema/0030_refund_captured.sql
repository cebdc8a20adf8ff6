-- What was captured by the payment that a refund gives back: some gateways want it with every call.
ALTER TABLE refund ADD COLUMN captured_minor BIGINT NOT NULL DEFAULT 0;
