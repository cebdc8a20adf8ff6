-- Erased customers: nothing in their tickets and decisions leads to them any more; only that it is so is kept.
ALTER TABLE ticket ADD COLUMN erased_at BIGINT;
ALTER TABLE decision ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;
-- Tickets of customers whom only their order names: few.
CREATE INDEX ticket_by_order ON ticket (tenant, order_id) WHERE customer_id = '' AND order_id <> '';
CREATE INDEX customer_order_by_customer ON customer_order (tenant, customer_id) WHERE customer_id <> '';
