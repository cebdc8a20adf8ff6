-- Timers not yet fired. next_attempt is `due` at first and later after each failure.
CREATE TABLE timer (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  due BIGINT NOT NULL,
  payload {blob} NOT NULL,
  next_attempt BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE INDEX timer_next ON timer (next_attempt);
