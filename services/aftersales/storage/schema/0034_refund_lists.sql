-- Lists of an order's or an RMA's refunds are read in the order of their ids; without the id in the index
-- SQLite walked all refunds of the tenant instead.
DROP INDEX refund_by_order;
DROP INDEX refund_by_rma;
CREATE INDEX refund_by_order ON refund (tenant, order_id, refund_id);
CREATE INDEX refund_by_rma ON refund (tenant, rma_id, refund_id);
