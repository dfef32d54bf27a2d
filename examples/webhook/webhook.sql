-- name: receive :one
-- POST /webhook: GitHub signs what it sends with the secret that both sides know.
WITH request AS (
  SELECT iif($event(isBase64Encoded), CAST(from_base64($event(body)) AS TEXT), $event(body)) AS body
), verified AS (
  SELECT body,
    -- Hashes are compared, so that the time it takes tells nothing about the signature.
    sha256($event(headers.x-hub-signature-256))
      = sha256('sha256=' || lower(hex(hmac_sha256($env(WEBHOOK_SECRET), body)))) AS genuine
  FROM request
)
SELECT
  iif(genuine, 202, 401) AS statusCode,
  iif(genuine, body ->> 'action', 'the signature is wrong') AS body
FROM verified;
