-- What tenants decide: surveys in versions (definition: see storage/definition_json.h) and a policy.
CREATE TABLE survey_version (
  tenant TEXT NOT NULL,
  survey_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  state BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (tenant, survey_id, version)
);

CREATE TABLE survey_policy (
  tenant TEXT PRIMARY KEY,
  policy TEXT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- What is known of customers, tickets and RMAs when somebody may be asked.
CREATE TABLE customer (
  tenant TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  consent BIGINT NOT NULL,
  zone TEXT NOT NULL,
  language TEXT NOT NULL,
  tier BIGINT NOT NULL,
  country TEXT NOT NULL,
  PRIMARY KEY (tenant, customer_id)
);

CREATE TABLE episode_facts (
  tenant TEXT NOT NULL,
  subject TEXT NOT NULL,            -- id of the ticket or RMA
  channel BIGINT NOT NULL,
  agent TEXT NOT NULL,
  queue TEXT NOT NULL,
  category BIGINT NOT NULL,
  product TEXT NOT NULL,
  exchange BIGINT NOT NULL,
  PRIMARY KEY (tenant, subject)
);

ALTER TABLE invitation ADD COLUMN rule_id TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN order_id TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN channel BIGINT NOT NULL DEFAULT 0;
ALTER TABLE invitation ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN queue TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN category BIGINT NOT NULL DEFAULT 0;
ALTER TABLE invitation ADD COLUMN product TEXT NOT NULL DEFAULT '';
ALTER TABLE invitation ADD COLUMN tier BIGINT NOT NULL DEFAULT 0;
ALTER TABLE invitation ADD COLUMN purpose BIGINT NOT NULL DEFAULT 1;
ALTER TABLE invitation ADD COLUMN started_at BIGINT;
ALTER TABLE invitation ADD COLUMN reminded_at BIGINT;

-- Ids of choices or uploads, separated by commas.
ALTER TABLE answer ADD COLUMN picks TEXT NOT NULL DEFAULT '';
