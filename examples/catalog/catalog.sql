-- name: get :one
-- GET /products/{sku}
WITH product AS (
  SELECT json_object('sku', sku, 'name', name, 'description', description, 'price', price) AS body
  FROM products
  WHERE sku = $event(pathParameters.sku)
)
SELECT 200 AS statusCode, 'application/json' AS "headers.content-type", body FROM product
UNION ALL
SELECT 404, 'application/json', json_object('message', 'no such product')
WHERE NOT EXISTS (SELECT * FROM product);

-- name: search :one
-- GET /products?q=green+tea
WITH found AS (
  SELECT sku, products.name, price
  FROM search JOIN products ON products.rowid = search.rowid
  -- In quotes, what was typed is a phrase of FTS5, whatever it holds.
  WHERE search MATCH '"' || replace(coalesce($event(queryStringParameters.q), ''), '"', '""') || '" *'
  ORDER BY rank
  LIMIT 20
)
SELECT 200 AS statusCode, 'application/json' AS "headers.content-type",
  json_group_array(json_object('sku', sku, 'name', name, 'price', price)) AS body
FROM found;
