-- What stands for a customer's id in the log of events and in figures. Erasing a customer removes the
-- row: nothing leads from the alias to the person then, and no figure changes.
CREATE TABLE customer_alias (
  tenant TEXT NOT NULL,
  customer_id TEXT NOT NULL,
  alias TEXT NOT NULL,
  PRIMARY KEY (tenant, customer_id)
) {without_rowid};
