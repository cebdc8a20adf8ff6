-- Figures in columns, over more dimensions, by the tenant's days and months. What was counted
-- before is counted anew from the log of events: that takes about ten seconds per million.
DROP TABLE rollup;
DROP TABLE dictionary;
DROP TABLE entity;
DROP TABLE generation;

-- Sets of figures. role: 1 in use, 2 being built, 3 to be removed. zones: time zones of its days,
-- see Zones::Text in domain/calendar.h.
CREATE TABLE generation (
  number BIGINT PRIMARY KEY,
  position BIGINT NOT NULL,
  role BIGINT NOT NULL,
  zones TEXT NOT NULL
);
INSERT INTO generation (number, position, role, zones) VALUES (1, 0, 1, '');

-- Ids are compared byte by byte, so that the latest one is the same everywhere.
-- @sqlite
CREATE TABLE entity (
  generation BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  kind BIGINT NOT NULL,
  id TEXT NOT NULL,
  state BLOB NOT NULL,
  PRIMARY KEY (generation, tenant, kind, id)
) WITHOUT ROWID;
-- @postgres
CREATE TABLE entity (
  generation BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  kind BIGINT NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  state BYTEA NOT NULL,
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
) {without_rowid};
CREATE UNIQUE INDEX dictionary_value ON dictionary (generation, tenant, dimension, value);

-- Cells of one bucket, see domain/cells.h. Run 0 holds nearly all of them; further runs are changes
-- not merged into it yet and count on top.
-- @sqlite
CREATE TABLE rollup (
  generation BIGINT NOT NULL,
  cube BIGINT NOT NULL,
  grain BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  bucket BIGINT NOT NULL,
  shard BIGINT NOT NULL,
  run BIGINT NOT NULL,
  cells BLOB NOT NULL,
  PRIMARY KEY (generation, cube, grain, tenant, bucket, shard, run)
) WITHOUT ROWID;
-- On PostgreSQL a month is a partition of its own, that old ones can be moved or dropped whole.
-- Further ones are made as below; until then rollup_other takes what fits nowhere.
-- @postgres
CREATE TABLE rollup (
  generation BIGINT NOT NULL,
  cube BIGINT NOT NULL,
  grain BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  bucket BIGINT NOT NULL,
  shard BIGINT NOT NULL,
  run BIGINT NOT NULL,
  cells BYTEA NOT NULL,
  PRIMARY KEY (generation, cube, grain, tenant, bucket, shard, run)
) PARTITION BY RANGE (bucket);
-- @postgres
DO $$ DECLARE month timestamptz; BEGIN FOR month IN SELECT generate_series('2026-01-01Z'::timestamptz, '2027-12-01Z', '1 month') LOOP EXECUTE format('CREATE TABLE rollup_%s PARTITION OF rollup FOR VALUES FROM (%s) TO (%s)', to_char(month AT TIME ZONE 'UTC', 'YYYY_MM'), extract(epoch FROM month)::bigint, extract(epoch FROM (month AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC')::bigint); END LOOP; END $$;
-- @postgres
CREATE TABLE rollup_other PARTITION OF rollup DEFAULT;
CREATE INDEX rollup_runs ON rollup (generation) WHERE run > 0;
