-- name: ingest :batch
-- Runs for each message of a batch, whose body is {"id":"o-1","customer":"Ada","total":12.5}.
-- A message that fails is rolled back and reported: SQS delivers it again and, in the end,
-- gives it to the dead-letter queue. The others are kept.
-- param: id TEXT PATH 'body|@fromstr|id' NOT NULL
-- param: customer TEXT PATH 'body|@fromstr|customer' NOT NULL
-- param: total REAL PATH 'body|@fromstr|total' NOT NULL
INSERT INTO orders (id, customer, total) VALUES (:id, :customer, :total)
ON CONFLICT (id) DO NOTHING; -- SQS may deliver a message twice

-- name: totals :many
SELECT customer, count(*) AS orders, sum(total) AS total
FROM orders
GROUP BY customer
ORDER BY total DESC, customer;
