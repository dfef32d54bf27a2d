-- name: main :many
SELECT body ->> 'customer' AS customer, count(*) AS count, sum(body ->> 'total') AS sum
FROM (SELECT value ->> 'body' AS body FROM json_each($event(Records)))
GROUP BY 1;
