-- name: authorize :one
-- A Lambda authorizer of an HTTP API, with payload 2.0 and simple responses. A key may read, and write where
-- its row says so. The function behind the API finds the customer in requestContext.authorizer.lambda.
WITH request AS (
  SELECT
    lower(hex(sha256(substr($event(headers.authorization), length('Bearer ') + 1)))) AS hash,
    $event(headers.authorization) LIKE 'Bearer _%' AS has_key,
    $event(requestContext.http.method) IN ('GET', 'HEAD') AS reads,
    $event(requestContext.timeEpoch) / 1000 AS now
), caller AS (
  SELECT customer
  FROM request JOIN keys USING (hash)
  WHERE has_key AND expires > now AND (reads OR may_write)
)
SELECT bool(count(*)) AS isAuthorized, max(customer) AS "context.customer" FROM caller;
