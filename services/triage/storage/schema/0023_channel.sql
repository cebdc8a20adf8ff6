-- Where the ticket of a decision came from, as priority rules saw it; 0: they did not look at it yet.
ALTER TABLE decision ADD COLUMN channel BIGINT NOT NULL DEFAULT 0;
