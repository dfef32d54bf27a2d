CREATE VIRTUAL TABLE records USING event('Records',
  id TEXT PATH 'messageId',
  customer TEXT PATH 'body|@fromstr|customer',
  total REAL PATH 'body|@fromstr|total');

-- name: main :many
SELECT id, customer, total, CAST(total * 100 AS INTEGER) AS cents FROM records;
