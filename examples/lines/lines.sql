CREATE VIRTUAL TABLE orders USING event('orders',
  id INTEGER,
  customer TEXT PATH 'customer.name',
  lines JSON);

-- name: lines :many
SELECT
  orders.id AS orderId,
  orders.customer,
  line.value ->> 'sku' AS sku,
  line.value ->> 'quantity' AS quantity
FROM orders, json_each(orders.lines) AS line;
