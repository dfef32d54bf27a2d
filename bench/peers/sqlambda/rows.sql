-- name: main :many
SELECT id, sku, price, stock FROM items WHERE id <= :rows ORDER BY id;
