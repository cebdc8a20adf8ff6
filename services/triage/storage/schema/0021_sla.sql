-- SLA clocks: one per ticket. What happened to it is in sla_event; the rest follows from that and the plan.
CREATE TABLE sla_clock (
  tenant      TEXT   NOT NULL,
  ticket_id   TEXT   NOT NULL,
  priority    BIGINT NOT NULL,
  tier        BIGINT NOT NULL,
  started_at  BIGINT NOT NULL,
  events      BIGINT NOT NULL, -- rows in sla_event
  alarms      TEXT   NOT NULL, -- sent already, one a line: "W1.1" warning, "B3.1" breach: metric.round
  state       BIGINT NOT NULL, -- as of the last change
  next_at     BIGINT,          -- when the next alarm is due; NULL: none
  PRIMARY KEY (tenant, ticket_id)
) {without_rowid};
CREATE INDEX sla_clock_next ON sla_clock (tenant, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX sla_clock_missed ON sla_clock (tenant, ticket_id) WHERE state = 4;

-- Append-only. The start is in sla_clock.
CREATE TABLE sla_event (
  tenant    TEXT   NOT NULL,
  ticket_id TEXT   NOT NULL,
  number    BIGINT NOT NULL,
  what      BIGINT NOT NULL,
  at        BIGINT NOT NULL,
  PRIMARY KEY (tenant, ticket_id, number)
) {without_rowid};
