-- Messages whose words the search index, a file of its own, is still to change: an index of our kind must be told
-- what it holds in order to remove it. Emptied by the indexer. Numbers never come again: the index remembers the
-- last change that it made, so that none is made twice.
-- @sqlite
CREATE TABLE search_change (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket_no BIGINT NOT NULL,
  number BIGINT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL
);
-- @sqlite
CREATE INDEX search_change_message ON search_change (ticket_no, number, id);
-- The index begins anew with this version, so what it was to remove is gone.
-- @sqlite
DROP TABLE search_removal;
