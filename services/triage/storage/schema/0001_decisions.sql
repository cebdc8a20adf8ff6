-- What triage knows of a ticket, and the decision in force on it.
CREATE TABLE ticket (
  tenant            TEXT   NOT NULL,
  ticket_id         TEXT   NOT NULL,
  channel           BIGINT NOT NULL,
  product_id        TEXT   NOT NULL,
  rating            BIGINT NOT NULL,
  created_at        BIGINT NOT NULL,
  messages          TEXT   NOT NULL, -- ids of the newest customer messages, one a line
  customer_messages BIGINT NOT NULL,
  current_decision  TEXT   NOT NULL, -- empty while there is none
  PRIMARY KEY (tenant, ticket_id)
);

-- Append-only. Lists (terms, findings, rules) are lines of text, C-escaped, read back only as a whole.
CREATE TABLE decision (
  tenant             TEXT   NOT NULL,
  decision_id        TEXT   NOT NULL,
  ticket_id          TEXT   NOT NULL,
  message_id         TEXT   NOT NULL,
  language           TEXT   NOT NULL,
  mixed_language     TEXT   NOT NULL,
  category           BIGINT NOT NULL,
  category_p         DOUBLE PRECISION NOT NULL,
  second_category    BIGINT,
  sentiment          BIGINT NOT NULL,
  sentiment_p        DOUBLE PRECISION NOT NULL,
  urgency            BIGINT NOT NULL,
  urgency_p          DOUBLE PRECISION NOT NULL,
  needs_review       BIGINT NOT NULL,
  terms              TEXT   NOT NULL,
  findings           TEXT   NOT NULL,
  model_version      TEXT   NOT NULL,
  tier               BIGINT NOT NULL,
  customer_messages  BIGINT NOT NULL,
  rating             BIGINT NOT NULL,
  priority           BIGINT NOT NULL,
  score              BIGINT NOT NULL,
  rules              TEXT   NOT NULL,
  policy_version     TEXT   NOT NULL,
  created_at         BIGINT NOT NULL,
  corrected_by       TEXT   NOT NULL,
  replaces           TEXT   NOT NULL,
  PRIMARY KEY (tenant, decision_id)
);
CREATE INDEX decision_by_ticket ON decision (tenant, ticket_id, decision_id);
CREATE INDEX decision_to_review ON decision (tenant, decision_id) WHERE needs_review = 1;

-- Where people disagreed with the model: what the next model learns from.
CREATE TABLE correction (
  tenant       TEXT   NOT NULL,
  corrected    TEXT   NOT NULL,
  corrected_by TEXT   NOT NULL, -- the decision that replaced it
  ticket_id    TEXT   NOT NULL,
  agent        TEXT   NOT NULL,
  created_at   BIGINT NOT NULL,
  PRIMARY KEY (tenant, corrected)
);
