-- SQLite: tickets and decisions are found by their key, so their rows live in the key's tree. With a tree of
-- their own besides, each costs two searches and two pages instead of one. PostgreSQL has no such choice.
-- @sqlite
CREATE TABLE ticket_clustered (
  tenant            TEXT   NOT NULL,
  ticket_id         TEXT   NOT NULL,
  channel           BIGINT NOT NULL,
  product_id        TEXT   NOT NULL,
  rating            BIGINT NOT NULL,
  created_at        BIGINT NOT NULL,
  messages          TEXT   NOT NULL, -- ids of the newest customer messages, one a line
  customer_messages BIGINT NOT NULL,
  current_decision  TEXT   NOT NULL, -- empty while there is none
  customer_id       TEXT   NOT NULL DEFAULT '',
  order_id          TEXT   NOT NULL DEFAULT '',
  PRIMARY KEY (tenant, ticket_id)
) WITHOUT ROWID;
-- @sqlite
INSERT INTO ticket_clustered SELECT tenant, ticket_id, channel, product_id, rating, created_at, messages,
  customer_messages, current_decision, customer_id, order_id
FROM ticket;
-- @sqlite
DROP TABLE ticket;
-- @sqlite
ALTER TABLE ticket_clustered RENAME TO ticket;
-- @sqlite
CREATE INDEX ticket_by_customer ON ticket (tenant, customer_id, created_at) WHERE customer_id <> '';
-- @sqlite
CREATE TABLE decision_clustered (
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
  earlier_tickets    BIGINT NOT NULL DEFAULT 0,
  age_seconds        BIGINT NOT NULL DEFAULT 0,
  order_minor        BIGINT NOT NULL DEFAULT 0,
  order_currency     TEXT   NOT NULL DEFAULT '',
  channel            BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, decision_id)
) WITHOUT ROWID;
-- @sqlite
INSERT INTO decision_clustered SELECT tenant, decision_id, ticket_id, message_id, language, mixed_language,
  category, category_p, second_category, sentiment, sentiment_p, urgency, urgency_p, needs_review, terms,
  findings, model_version, tier, customer_messages, rating, priority, score, rules, policy_version, created_at,
  corrected_by, replaces, earlier_tickets, age_seconds, order_minor, order_currency, channel
FROM decision;
-- @sqlite
DROP TABLE decision;
-- @sqlite
ALTER TABLE decision_clustered RENAME TO decision;
-- @sqlite
CREATE INDEX decision_by_ticket ON decision (tenant, ticket_id, decision_id);
-- @sqlite
CREATE INDEX decision_to_review ON decision (tenant, decision_id) WHERE needs_review = 1;
