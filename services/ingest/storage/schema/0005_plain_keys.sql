-- SQLite looks after a table of numbers given out for keys that are never to come again. Tickets and messages are
-- never deleted, so the next number after the highest will do, and saves a new ticket a tenth of its cost.
-- @sqlite
ALTER TABLE ticket RENAME TO ticket_before;
-- @sqlite
CREATE TABLE ticket (
  no INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  state BIGINT NOT NULL,
  state_before_merge BIGINT NOT NULL,
  channel BIGINT NOT NULL,
  external_user_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  order_id TEXT NOT NULL,
  product_id TEXT NOT NULL,
  assignee TEXT NOT NULL,
  decision_id TEXT NOT NULL,
  decision_sequence BIGINT NOT NULL,
  category BIGINT NOT NULL,
  second_category BIGINT NOT NULL,
  sentiment BIGINT NOT NULL,
  urgency BIGINT NOT NULL,
  priority BIGINT NOT NULL,
  language TEXT NOT NULL,
  queue TEXT NOT NULL,
  needs_review BIGINT NOT NULL,
  rating BIGINT NOT NULL,
  message_count BIGINT NOT NULL,
  reopened_count BIGINT NOT NULL,
  merged_into TEXT NOT NULL,
  follows TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  last_activity_at BIGINT NOT NULL,
  first_response_at BIGINT,
  last_customer_message_at BIGINT,
  last_agent_message_at BIGINT,
  waiting_since BIGINT,
  resolved_at BIGINT,
  closed_at BIGINT,
  snoozed_until BIGINT,
  revision BIGINT NOT NULL
);
-- @sqlite
INSERT INTO ticket SELECT * FROM ticket_before;
-- @sqlite
DROP TABLE ticket_before;
-- @sqlite
CREATE UNIQUE INDEX ticket_id ON ticket (tenant, id);
-- @sqlite
CREATE INDEX ticket_state ON ticket (tenant, state, no);
-- @sqlite
CREATE INDEX ticket_changed ON ticket (tenant, updated_at, no);
-- @sqlite
CREATE INDEX ticket_customer ON ticket (tenant, customer_id, no) WHERE customer_id <> '';
-- @sqlite
CREATE INDEX ticket_assignee ON ticket (tenant, assignee, no) WHERE assignee <> '';
-- @sqlite
CREATE INDEX ticket_queue ON ticket (tenant, queue, no) WHERE queue <> '';
-- @sqlite
CREATE INDEX ticket_category ON ticket (tenant, category, no) WHERE category <> 0;
-- @sqlite
CREATE INDEX ticket_merged ON ticket (tenant, merged_into) WHERE merged_into <> '';
-- @sqlite
ALTER TABLE message RENAME TO message_before;
-- @sqlite
CREATE TABLE message (
  seq INTEGER PRIMARY KEY,
  ticket_no BIGINT NOT NULL,
  number BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  author BIGINT NOT NULL,
  author_id TEXT NOT NULL,
  is_public BIGINT NOT NULL,
  channel BIGINT NOT NULL,
  external_user_id TEXT NOT NULL,
  external_id TEXT NOT NULL,
  body TEXT NOT NULL,
  language TEXT NOT NULL,
  rating BIGINT NOT NULL,
  answers TEXT NOT NULL,
  parts BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
-- @sqlite
INSERT INTO message SELECT * FROM message_before;
-- @sqlite
DROP TABLE message_before;
-- @sqlite
CREATE UNIQUE INDEX message_number ON message (ticket_no, number);
-- @sqlite
CREATE UNIQUE INDEX message_external ON message (tenant, channel, external_id)
  WHERE external_id <> '';
