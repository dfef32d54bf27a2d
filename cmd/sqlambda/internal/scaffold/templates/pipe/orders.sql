-- A pipe hands over an array of messages, and each element of the response goes to its
-- target. An event table reads the array as rows; its columns are paths in an element.
CREATE VIRTUAL TABLE lines USING event('',
  orderId TEXT PATH 'body|@fromstr|order',
  sku TEXT PATH 'body|@fromstr|sku',
  quantity INTEGER PATH 'body|@fromstr|quantity');

-- name: enrich :many
SELECT
  lines.orderId,
  products.sku AS "product.sku", -- a dot nests: {"product":{"sku":...,"name":...}}
  products.name AS "product.name",
  lines.quantity,
  lines.quantity * products.price AS total
FROM lines JOIN products USING (sku) -- a product that is not known is left out
WHERE lines.quantity > 0;
