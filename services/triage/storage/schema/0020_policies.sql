-- Policies as text. Append-only: a decision is replayed from the version that made it.
CREATE TABLE policy (
  tenant     TEXT   NOT NULL,
  kind       BIGINT NOT NULL,
  number     BIGINT NOT NULL,
  source     TEXT   NOT NULL,
  note       TEXT   NOT NULL,
  created_by TEXT   NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, kind, number)
);
-- Which version came into force when. The newest one not rolled back is in force; none: the default.
CREATE TABLE policy_publication (
  tenant         TEXT   NOT NULL,
  kind           BIGINT NOT NULL,
  sequence       BIGINT NOT NULL,
  version        TEXT   NOT NULL,
  published_by   TEXT   NOT NULL,
  published_at   BIGINT NOT NULL,
  rolled_back_by TEXT   NOT NULL, -- empty while it stands
  PRIMARY KEY (tenant, kind, sequence)
);
-- What orders tell of customers. `as_of`: when the order that told so was stored.
CREATE TABLE customer (
  tenant      TEXT   NOT NULL,
  customer_id TEXT   NOT NULL,
  tier        BIGINT NOT NULL,
  as_of       BIGINT NOT NULL,
  PRIMARY KEY (tenant, customer_id)
) {without_rowid};
CREATE TABLE customer_order (
  tenant      TEXT   NOT NULL,
  order_id    TEXT   NOT NULL,
  version     BIGINT NOT NULL,
  customer_id TEXT   NOT NULL,
  minor       BIGINT NOT NULL,
  currency    TEXT   NOT NULL, -- empty: nothing was captured
  PRIMARY KEY (tenant, order_id)
) {without_rowid};

ALTER TABLE ticket ADD COLUMN customer_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ticket ADD COLUMN order_id TEXT NOT NULL DEFAULT '';
CREATE INDEX ticket_by_customer ON ticket (tenant, customer_id, created_at) WHERE customer_id <> '';

ALTER TABLE decision ADD COLUMN earlier_tickets BIGINT NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN age_seconds BIGINT NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN order_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN order_currency TEXT NOT NULL DEFAULT '';
