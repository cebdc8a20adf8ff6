-- SQLite: a timer is found by its key alone, so its row lives in the key's tree. PostgreSQL has no such choice.
-- @sqlite
CREATE TABLE timer_clustered (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  due BIGINT NOT NULL,
  payload BLOB NOT NULL,
  next_attempt BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  PRIMARY KEY (kind, key)
) WITHOUT ROWID;
-- @sqlite
INSERT INTO timer_clustered SELECT kind, key, due, payload, next_attempt, attempts FROM timer;
-- @sqlite
DROP TABLE timer;
-- @sqlite
ALTER TABLE timer_clustered RENAME TO timer;
-- @sqlite
CREATE INDEX timer_next ON timer (next_attempt);
