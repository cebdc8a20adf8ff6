-- Models learned from corrections, for all tenants of the deployment.
CREATE TABLE model (
  version          TEXT   NOT NULL PRIMARY KEY,
  model_id         TEXT   NOT NULL, -- UUIDv7: order of making
  request_id       TEXT   NOT NULL UNIQUE,
  base_version     TEXT   NOT NULL,
  state            BIGINT NOT NULL,
  reason           TEXT   NOT NULL,
  corrections      BIGINT NOT NULL,
  on_corrections   TEXT   NOT NULL, -- messages, current right, candidate right, tab-separated …
  on_held_messages TEXT   NOT NULL, -- … then difference, low, high
  patch            {blob} NOT NULL, -- domain/patch.h
  created_at       BIGINT NOT NULL,
  created_by       TEXT   NOT NULL
);

-- Append-only; the newest row of a role is what holds. An empty version: no shadow.
CREATE TABLE model_choice (
  choice_id  TEXT   NOT NULL PRIMARY KEY, -- UUIDv7
  role       BIGINT NOT NULL,             -- 0 decides, 1 reads along
  version    TEXT   NOT NULL,
  previous   TEXT   NOT NULL,             -- choice to return to; empty: the shipped model
  chosen_at  BIGINT NOT NULL,
  chosen_by  TEXT   NOT NULL
);
CREATE INDEX model_choice_by_role ON model_choice (role, choice_id);

-- What a shadow model read beside a decision.
CREATE TABLE shadow_reading (
  tenant          TEXT   NOT NULL,
  decision_id     TEXT   NOT NULL,
  current_version TEXT   NOT NULL,
  shadow_version  TEXT   NOT NULL,
  same_category   BIGINT NOT NULL,
  same_sentiment  BIGINT NOT NULL,
  same_urgency    BIGINT NOT NULL,
  current_review  BIGINT NOT NULL,
  shadow_review   BIGINT NOT NULL,
  PRIMARY KEY (tenant, decision_id)
);
CREATE INDEX shadow_reading_by_version ON shadow_reading (shadow_version, current_version);
