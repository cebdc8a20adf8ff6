-- Shipments of an order are read with it and never by themselves: one column, in canonical bytes
-- (storage/order_bytes.h), instead of rows of their own.
ALTER TABLE customer_order ADD COLUMN shipments TEXT NOT NULL DEFAULT '1;';
-- @sqlite
UPDATE customer_order SET shipments = '1;' || (SELECT COALESCE(group_concat(bytes, ''), '') FROM (SELECT
    length(CAST(s.shipment_id AS BLOB)) || ':' || s.shipment_id || ';' ||
    length(CAST(MIN(s.carrier) AS BLOB)) || ':' || MIN(s.carrier) || ';' ||
    length(CAST(MIN(s.tracking_number) AS BLOB)) || ':' || MIN(s.tracking_number) || ';' ||
    length(CAST(MIN(s.invoice_number) AS BLOB)) || ':' || MIN(s.invoice_number) || ';' ||
    length(CAST(MIN(s.warehouse) AS BLOB)) || ':' || MIN(s.warehouse) || ';' ||
    COALESCE('1;' || MIN(s.shipped_at) || ';', '0;') || COALESCE('1;' || MIN(s.delivered_at) || ';', '0;') ||
    COUNT(*) || ';' ||
    (SELECT group_concat(bytes, '') FROM (SELECT
      length(CAST(i.line_id AS BLOB)) || ':' || i.line_id || ';' || i.quantity || ';' AS bytes
      FROM order_shipment_item i WHERE i.tenant = s.tenant AND i.order_id = s.order_id
      AND i.shipment_id = s.shipment_id ORDER BY i.position)) AS bytes
  FROM order_shipment_item s
  WHERE s.tenant = customer_order.tenant AND s.order_id = customer_order.order_id
  GROUP BY s.shipment_id ORDER BY MIN(s.position)));
-- @postgres
UPDATE customer_order SET shipments = '1;' || (SELECT COALESCE(string_agg(bytes, '' ORDER BY first), '') FROM (SELECT
    MIN(s.position) AS first,
    octet_length(s.shipment_id) || ':' || s.shipment_id || ';' ||
    octet_length(MIN(s.carrier)) || ':' || MIN(s.carrier) || ';' ||
    octet_length(MIN(s.tracking_number)) || ':' || MIN(s.tracking_number) || ';' ||
    octet_length(MIN(s.invoice_number)) || ':' || MIN(s.invoice_number) || ';' ||
    octet_length(MIN(s.warehouse)) || ':' || MIN(s.warehouse) || ';' ||
    COALESCE('1;' || MIN(s.shipped_at) || ';', '0;') || COALESCE('1;' || MIN(s.delivered_at) || ';', '0;') ||
    COUNT(*) || ';' ||
    string_agg(octet_length(s.line_id) || ':' || s.line_id || ';' || s.quantity || ';', '' ORDER BY s.position) AS bytes
  FROM order_shipment_item s
  WHERE s.tenant = customer_order.tenant AND s.order_id = customer_order.order_id
  GROUP BY s.shipment_id) AS shipment);
DROP TABLE order_shipment_item;
