-- What an agent granted a customer lately counts against the agent's limit.
CREATE INDEX credit_grant_by_customer ON credit_grant (tenant, customer_id, created_at);
