-- Numbers of removals must never come again: the index remembers the last one that it made, so that none is made
-- twice.
-- @sqlite
CREATE TABLE search_removal_numbered (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket_no BIGINT NOT NULL,
  number BIGINT NOT NULL,
  tokens TEXT NOT NULL,
  UNIQUE (ticket_no, number)
);
-- @sqlite
INSERT INTO search_removal_numbered (ticket_no, number, tokens)
SELECT ticket_no, number, MIN(tokens) FROM search_removal GROUP BY ticket_no, number;
-- @sqlite
DROP TABLE search_removal;
-- @sqlite
ALTER TABLE search_removal_numbered RENAME TO search_removal;
