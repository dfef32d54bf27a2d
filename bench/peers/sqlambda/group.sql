CREATE VIRTUAL TABLE records USING event('Records',
  customer TEXT PATH 'body|@fromstr|customer',
  total REAL PATH 'body|@fromstr|total');

-- name: main :many
SELECT customer, count(*) AS count, sum(total) AS sum FROM records GROUP BY customer;
