-- Events to publish, in the transaction of the change they tell of. (txid, id) is their order: on
-- PostgreSQL ids are given out before commit, so rows are published by transaction once every older
-- transaction has ended; SQLite has one writer, and txid is 0.
-- @sqlite
CREATE TABLE outbox (
  id {identity},
  txid BIGINT NOT NULL DEFAULT 0,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  tenant TEXT NOT NULL,
  topic TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  occurred_at BIGINT NOT NULL,
  traceparent TEXT NOT NULL,
  body {blob} NOT NULL
);
-- @postgres
CREATE TABLE outbox (
  id {identity},
  txid BIGINT NOT NULL DEFAULT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT),
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  tenant TEXT NOT NULL,
  topic TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  occurred_at BIGINT NOT NULL,
  traceparent TEXT NOT NULL,
  body {blob} NOT NULL
);
-- @postgres
CREATE INDEX outbox_order ON outbox (txid, id);

-- Last sequence number given to an event of each aggregate.
CREATE TABLE outbox_sequence (
  topic TEXT NOT NULL,
  tenant TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  PRIMARY KEY (topic, tenant, aggregate_id)
) {without_rowid};

-- One row: who this outbox is (Redis's epoch keys name it) and how far it is published.
CREATE TABLE relay_position (
  outbox_id TEXT PRIMARY KEY,
  txid BIGINT NOT NULL,
  id BIGINT NOT NULL
);

-- Per stream: the last event published, and the last one that every consumer had acknowledged when
-- the stream was trimmed, from which it is written anew when Redis loses it.
CREATE TABLE relay_stream (
  topic TEXT NOT NULL,
  partition BIGINT NOT NULL,
  published_txid BIGINT NOT NULL,
  published_id BIGINT NOT NULL,
  floor_txid BIGINT NOT NULL,
  floor_id BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (topic, partition)
);

-- How far the outbox was published at some times in the past: what retention goes by.
CREATE TABLE relay_mark (
  marked_at BIGINT PRIMARY KEY,
  txid BIGINT NOT NULL,
  id BIGINT NOT NULL
);

-- Who may do what until when.
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  expires_at BIGINT NOT NULL
);

-- Events handled. Sequences have no gaps, so this also tells whether an event's predecessor was.
CREATE TABLE inbox (
  consumer TEXT NOT NULL,
  topic TEXT NOT NULL,
  tenant TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  event_id TEXT NOT NULL,
  handled_at BIGINT NOT NULL,
  PRIMARY KEY (consumer, topic, tenant, aggregate_id, sequence)
) {without_rowid};
CREATE INDEX inbox_age ON inbox (handled_at);

-- Events given up, until replayed.
CREATE TABLE dead_letter (
  id TEXT PRIMARY KEY,
  consumer TEXT NOT NULL,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  schema_version BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  topic TEXT NOT NULL,
  aggregate_id TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  occurred_at BIGINT NOT NULL,
  traceparent TEXT NOT NULL,
  body {blob} NOT NULL,
  error TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  parked_at BIGINT NOT NULL,
  UNIQUE (consumer, event_id)
);
