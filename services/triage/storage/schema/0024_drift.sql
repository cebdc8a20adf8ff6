-- What a tenant's decisions by a model looked like when there were enough of them for the first
-- time: what later ones are compared with.
CREATE TABLE drift_reference (
  tenant        TEXT   NOT NULL,
  model_version TEXT   NOT NULL,
  categories    TEXT   NOT NULL, -- numbers of decisions, comma-separated, by category …
  confidences   TEXT   NOT NULL, -- … and by tenth of confidence
  taken_at      BIGINT NOT NULL,
  PRIMARY KEY (tenant, model_version)
);
