-- Standing orders for reports, and the reports they made.
CREATE TABLE report_schedule (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  report_interval BIGINT NOT NULL,
  format BIGINT NOT NULL,
  next_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX report_schedule_list ON report_schedule (tenant, created_at, id);

CREATE TABLE report (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  content_type TEXT NOT NULL,
  file_name TEXT NOT NULL,
  content {blob} NOT NULL
);
CREATE INDEX report_list ON report (tenant, created_at, id);
