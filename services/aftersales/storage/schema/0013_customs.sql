-- What customs wants to know of goods that come back across a border.
ALTER TABLE order_line ADD COLUMN hs_code TEXT NOT NULL DEFAULT '';
ALTER TABLE order_line ADD COLUMN origin_country TEXT NOT NULL DEFAULT '';
ALTER TABLE order_shipment_item ADD COLUMN invoice_number TEXT NOT NULL DEFAULT '';
