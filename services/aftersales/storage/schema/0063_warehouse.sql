-- The warehouse a shipment left from, so that complaints can be told apart by it.
ALTER TABLE order_shipment_item ADD COLUMN warehouse TEXT NOT NULL DEFAULT '';
