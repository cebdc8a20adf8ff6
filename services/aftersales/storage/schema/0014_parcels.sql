-- Parcels in which goods come back. due_at: when the carrier is to be called, for a label or its cancellation.
CREATE TABLE return_parcel (
  tenant TEXT NOT NULL,
  parcel_id TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  handover BIGINT NOT NULL,
  pick_up_at BIGINT,
  state BIGINT NOT NULL,
  reason TEXT NOT NULL,
  carrier TEXT NOT NULL,
  tracking_number TEXT NOT NULL,
  label_url TEXT NOT NULL,
  due_at BIGINT,
  attempts BIGINT NOT NULL,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, parcel_id)
);
CREATE INDEX return_parcel_by_rma ON return_parcel (tenant, rma_id, parcel_id);
CREATE INDEX return_parcel_due ON return_parcel (due_at) WHERE due_at IS NOT NULL;

-- What the carrier scanned; a scan that is told of again is known by its id.
CREATE TABLE parcel_scan (
  tenant TEXT NOT NULL,
  parcel_id TEXT NOT NULL,
  scan_id TEXT NOT NULL,
  kind BIGINT NOT NULL,
  place TEXT NOT NULL,
  scanned_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, parcel_id, scan_id)
);
