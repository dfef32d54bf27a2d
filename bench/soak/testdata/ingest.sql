CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, total REAL CHECK (total > 0));

-- name: main :batch
INSERT INTO orders (total) VALUES ($record(body|@fromstr|total));
DELETE FROM orders WHERE id <= last_insert_rowid() - 1000;
