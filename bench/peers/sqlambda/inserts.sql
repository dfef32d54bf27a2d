-- /tmp ends with the environment: there is nothing to keep from a crash.
PRAGMA journal_mode = memory;
PRAGMA synchronous = off;
CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, customer TEXT NOT NULL, total REAL NOT NULL) WITHOUT ROWID;

-- name: main :batch
INSERT INTO orders (id, customer, total)
VALUES (:messageId, $record(body|@fromstr|customer), $record(body|@fromstr|total))
ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, total = excluded.total;
