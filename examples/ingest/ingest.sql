CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY,
  customer TEXT NOT NULL,
  total REAL NOT NULL CHECK (total > 0)
);

-- name: ingest :batch
-- param: body TEXT NOT NULL
INSERT INTO orders (id, customer, total)
VALUES (:body ->> 'id', :body ->> 'customer', :body ->> 'total')
ON CONFLICT (id) DO NOTHING; -- SQS may deliver a message twice
