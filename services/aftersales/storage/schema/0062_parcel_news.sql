-- due_at of parcels with a label or on their way: when the carrier is asked for scans it did not tell of.
UPDATE return_parcel SET due_at = updated_at WHERE state IN (2, 3) AND due_at IS NULL;
