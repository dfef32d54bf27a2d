-- function: identity(text) RETURNS TEXT USING 'answer'
-- name: main :one
SELECT sum(length(identity(:name || value))) AS n FROM generate_series(1, 100);
