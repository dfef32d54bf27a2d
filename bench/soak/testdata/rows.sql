-- name: main :many
-- param: rows INTEGER NOT NULL
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
SELECT i, 'row ' || i AS name, json_object('half', i / 2.0) AS object FROM n;
