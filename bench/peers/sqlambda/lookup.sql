-- name: main :one
SELECT id, sku, price, stock, description FROM items WHERE sku = :sku;
