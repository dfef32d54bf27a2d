-- Runs once in each process of the function, before its first event. The database is the
-- file that SQLAMBDA_DATABASE names, in template.yaml: what succeeds in it is kept.
CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  total REAL NOT NULL CHECK (total > 0)
);
