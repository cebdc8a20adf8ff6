-- That customers were erased, and by whom; not who they were.
CREATE TABLE customer_erasure (
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  at BIGINT NOT NULL,
  tickets BIGINT NOT NULL,
  messages BIGINT NOT NULL,
  uploads BIGINT NOT NULL,
  PRIMARY KEY (tenant, id)
) {without_rowid};

-- Words that the search index, a file of its own, is still to forget: its rows hold what must be named to be
-- removed. Emptied by the indexer.
-- @sqlite
CREATE TABLE search_removal (
  id INTEGER PRIMARY KEY,
  ticket_no BIGINT NOT NULL,
  number BIGINT NOT NULL,
  tokens TEXT NOT NULL
);
