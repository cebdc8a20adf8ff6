-- Answers to mutations by request_id (libs/rpc/request_log.h). The surrogate id keeps rows in order of
-- arrival: pruning takes them from the front, and only the small index is written at random.
-- @sqlite
CREATE TABLE request_log (
  id INTEGER PRIMARY KEY,
  request_key BLOB NOT NULL UNIQUE,
  digest BLOB NOT NULL,
  answer BLOB NOT NULL,
  created_at BIGINT NOT NULL
);
-- @postgres
CREATE TABLE request_log (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  request_key BYTEA NOT NULL UNIQUE,
  digest BYTEA NOT NULL,
  answer BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);
