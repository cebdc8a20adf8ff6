-- Agents as registered. Lists are names joined by commas.
CREATE TABLE agent (
  tenant        TEXT   NOT NULL,
  agent_id      TEXT   NOT NULL,
  name          TEXT   NOT NULL,
  queues        TEXT   NOT NULL,
  languages     TEXT   NOT NULL,
  categories    TEXT   NOT NULL, -- numbers
  capacity      BIGINT NOT NULL,
  shift         TEXT   NOT NULL,
  presence      BIGINT NOT NULL,
  last_assigned BIGINT NOT NULL,
  PRIMARY KEY (tenant, agent_id)
);
-- Open tickets: waiting in a queue, or with an agent.
CREATE TABLE work_item (
  tenant     TEXT   NOT NULL,
  ticket_id  TEXT   NOT NULL,
  queue      TEXT   NOT NULL,
  entered_at BIGINT NOT NULL,
  rank_at    BIGINT NOT NULL, -- order of service
  priority   BIGINT NOT NULL,
  tier       BIGINT NOT NULL,
  category   BIGINT NOT NULL,
  language   TEXT   NOT NULL,
  assignee   TEXT   NOT NULL, -- empty: waits
  our_turn   BIGINT NOT NULL, -- 0 while we wait for the customer
  escalated  BIGINT NOT NULL,
  PRIMARY KEY (tenant, ticket_id)
) {without_rowid};
CREATE INDEX work_item_waiting ON work_item (tenant, rank_at) WHERE assignee = '';
CREATE INDEX work_item_assigned ON work_item (tenant, assignee) WHERE assignee <> '';
