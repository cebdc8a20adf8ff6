-- Times are microseconds since 1970. Enumerations are the numbers of domain/.

CREATE TABLE invitation (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  trigger_kind BIGINT NOT NULL,
  subject TEXT NOT NULL,            -- the ticket or RMA whose episode it is
  episode BIGINT NOT NULL,
  survey_id TEXT NOT NULL,
  survey_version BIGINT NOT NULL,
  state BIGINT NOT NULL,
  suppression BIGINT NOT NULL,
  customer_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  shown_at BIGINT,
  answered_at BIGINT
);
CREATE UNIQUE INDEX invitation_episode ON invitation (tenant, trigger_kind, subject, episode);
CREATE INDEX invitation_list ON invitation (tenant, id);
CREATE INDEX invitation_customer ON invitation (tenant, customer_id, created_at);
CREATE INDEX invitation_ticket ON invitation (tenant, ticket_id);
CREATE INDEX invitation_created ON invitation (tenant, created_at);

-- Only there to be locked while a customer's contacts are counted.
CREATE TABLE contact (
  tenant TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  locks BIGINT NOT NULL,
  PRIMARY KEY (tenant, customer_id)
);

CREATE TABLE response (
  invitation_id TEXT PRIMARY KEY REFERENCES invitation (id),
  tenant TEXT NOT NULL,
  survey_id TEXT NOT NULL,
  survey_version BIGINT NOT NULL,
  complete BIGINT NOT NULL,
  language TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  ticket_id TEXT NOT NULL,
  rma_id TEXT NOT NULL,
  recovery BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX response_list ON response (tenant, invitation_id);

CREATE TABLE answer (
  invitation_id TEXT NOT NULL REFERENCES response (invitation_id),
  question_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  score BIGINT,
  body TEXT,
  PRIMARY KEY (invitation_id, question_id)
);

-- Scores of finished responses.
CREATE TABLE score (
  invitation_id TEXT NOT NULL REFERENCES invitation (id),
  kind BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  score BIGINT NOT NULL,
  PRIMARY KEY (invitation_id, kind)
);

-- The signing key that is used when none is configured.
CREATE TABLE signing_key (
  id BIGINT PRIMARY KEY,
  secret {blob} NOT NULL
);
