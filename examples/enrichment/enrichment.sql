-- A pipe reads EventBridge events from a queue: the event is an array of SQS
-- messages, and each element of the response goes to the pipe's target.
CREATE VIRTUAL TABLE events USING event('',
  bucket TEXT PATH 'body|@fromstr|detail.bucket.name',
  key TEXT PATH 'body|@fromstr|detail.object.key',
  size INTEGER PATH 'body|@fromstr|detail.object.size',
  time TEXT PATH 'body|@fromstr|time');

-- name: uploads :many
SELECT
  's3://' || bucket || '/' || key AS uri,
  bool(key REGEXP '\.(jpe?g|png|webp)$') AS image,
  size,
  time AS uploadedAt
FROM events
WHERE size > 0;
