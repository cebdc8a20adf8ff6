-- Times are microseconds since 1970, buckets seconds. Enumerations are the numbers of domain/.

-- Every event ever received, in the order of arrival: what all figures are counted from.
CREATE TABLE event_log (
  position BIGINT PRIMARY KEY,
  tenant TEXT NOT NULL,
  type TEXT NOT NULL,
  occurred_at BIGINT NOT NULL,
  body {blob} NOT NULL
);
CREATE TABLE event_log_head (
  id BIGINT PRIMARY KEY,
  last BIGINT NOT NULL
);
INSERT INTO event_log_head (id, last) VALUES (1, 0);

-- Sets of figures. role: 1 in use, 2 being built, 3 to be removed.
CREATE TABLE generation (
  number BIGINT PRIMARY KEY,
  position BIGINT NOT NULL,
  role BIGINT NOT NULL
);
INSERT INTO generation (number, position, role) VALUES (1, 0, 1);

CREATE TABLE entity (
  generation BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  kind BIGINT NOT NULL,
  id TEXT NOT NULL,
  state {blob} NOT NULL,
  PRIMARY KEY (generation, tenant, kind, id)
);

-- Texts and the numbers that stand for them in cells.
CREATE TABLE dictionary (
  generation BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  dimension BIGINT NOT NULL,
  id BIGINT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (generation, tenant, dimension, id)
);
CREATE UNIQUE INDEX dictionary_value ON dictionary (generation, tenant, dimension, value);

-- Cells of one bucket, see domain/cells.h.
CREATE TABLE rollup (
  generation BIGINT NOT NULL,
  cube BIGINT NOT NULL,
  grain BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  bucket BIGINT NOT NULL,
  shard BIGINT NOT NULL,
  cells {blob} NOT NULL,
  PRIMARY KEY (generation, cube, grain, tenant, bucket, shard)
);

CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  state BIGINT NOT NULL,
  subject_kind TEXT NOT NULL,
  product_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  issue BIGINT NOT NULL,
  strength DOUBLE PRECISION NOT NULL,   -- lower bound of the relative rate
  evidence TEXT NOT NULL,
  first_seen_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  muted_until BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX alert_list ON alert (tenant, state, strength);
-- One alert per subject until it is resolved.
CREATE UNIQUE INDEX alert_subject ON alert (tenant, subject_kind, product_id, subject)
  WHERE state <> 4;
