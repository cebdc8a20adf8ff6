-- Policy documents. A stored one never changes: verdicts refer to it by its version.
CREATE TABLE policy_document (
  tenant TEXT NOT NULL,
  version TEXT NOT NULL,
  policy_id TEXT NOT NULL,
  yaml TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  rule_count BIGINT NOT NULL,
  note TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, version)
);
CREATE UNIQUE INDEX policy_document_by_age ON policy_document (tenant, policy_id);

-- What was put in force, in order; the last one is. `below` is the publication that a rollback brings back
-- (0: what ships), an empty version what ships.
CREATE TABLE policy_publication (
  tenant TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  version TEXT NOT NULL,
  below BIGINT NOT NULL,
  note TEXT NOT NULL,
  published_by TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (tenant, sequence)
);

-- Append-only: the triggers refuse every change.
-- @sqlite
CREATE TRIGGER policy_document_no_update BEFORE UPDATE ON policy_document BEGIN
  SELECT RAISE(ABORT, 'policy documents never change');
END;
-- @sqlite
CREATE TRIGGER policy_document_no_delete BEFORE DELETE ON policy_document BEGIN
  SELECT RAISE(ABORT, 'policy documents never change');
END;
-- @postgres
CREATE FUNCTION policy_document_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'policy documents never change'; END $$;
-- @postgres
CREATE TRIGGER policy_document_append_only BEFORE UPDATE OR DELETE ON policy_document FOR EACH ROW EXECUTE FUNCTION policy_document_refuse();
