-- Tickets, messages, channel identities, evidence.
--
-- Numbers (ticket.no, message.seq) are keys inside this database only; the API knows ids. Enumerations are
-- stored as the numbers of the API. Empty text stands for "unknown". Indexes that few rows need are partial,
-- so that a new ticket touches few of them; queries repeat their conditions.

CREATE TABLE ticket (
  no {identity},
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
CREATE UNIQUE INDEX ticket_id ON ticket (tenant, id);
CREATE INDEX ticket_state ON ticket (tenant, state, no);
CREATE INDEX ticket_changed ON ticket (tenant, updated_at, no);
-- An embedded database serves few tenants: there the order of the table itself will do.
-- @postgres
CREATE INDEX ticket_newest ON ticket (tenant, no);
CREATE INDEX ticket_customer ON ticket (tenant, customer_id, no) WHERE customer_id <> '';
CREATE INDEX ticket_assignee ON ticket (tenant, assignee, no) WHERE assignee <> '';
CREATE INDEX ticket_queue ON ticket (tenant, queue, no) WHERE queue <> '';
CREATE INDEX ticket_category ON ticket (tenant, category, no) WHERE category <> 0;
CREATE INDEX ticket_merged ON ticket (tenant, merged_into) WHERE merged_into <> '';

CREATE TABLE message (
  seq {identity},
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
  -- Which side tables hold more of it: 1 form, 2 call, 4 attachments.
  parts BIGINT NOT NULL,
  sent_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_number ON message (ticket_no, number);
CREATE UNIQUE INDEX message_external ON message (tenant, channel, external_id)
  WHERE external_id <> '';

CREATE TABLE message_form (
  seq BIGINT PRIMARY KEY,
  customer_name TEXT NOT NULL,
  order_number TEXT NOT NULL,
  -- One tag a line; tags hold no control characters.
  type_tags TEXT NOT NULL
);

CREATE TABLE message_call (
  seq BIGINT PRIMARY KEY,
  caller TEXT NOT NULL,
  recording_url TEXT NOT NULL,
  -- Microseconds.
  duration BIGINT NOT NULL
);

CREATE TABLE message_attachment (
  seq BIGINT NOT NULL,
  position BIGINT NOT NULL,
  upload_id TEXT NOT NULL,
  file_name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size BIGINT NOT NULL,
  PRIMARY KEY (seq, position)
) {without_rowid};

CREATE TABLE identity (
  tenant TEXT NOT NULL,
  channel BIGINT NOT NULL,
  external_user_id TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  current_ticket_no BIGINT NOT NULL,
  PRIMARY KEY (tenant, channel, external_user_id)
) {without_rowid};

CREATE TABLE state_change (
  seq {identity},
  ticket_no BIGINT NOT NULL,
  from_state BIGINT NOT NULL,
  to_state BIGINT NOT NULL,
  actor TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX state_change_ticket ON state_change (ticket_no, seq);

CREATE TABLE upload (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  finished BIGINT NOT NULL,
  file_name TEXT NOT NULL,
  size BIGINT NOT NULL,
  received BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  content_type TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  finished_at BIGINT,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX upload_open ON upload (tenant, owner) WHERE finished = 0;

-- Search words of each message. SQLite keeps them in a file of its own: see search_index.h.
-- @postgres
CREATE TABLE message_words (
  ticket_no BIGINT NOT NULL,
  number BIGINT NOT NULL,
  words TSVECTOR NOT NULL,
  PRIMARY KEY (ticket_no, number)
);
-- @postgres
CREATE INDEX message_words_gin ON message_words USING GIN (words);
