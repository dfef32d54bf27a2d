CREATE VIRTUAL TABLE lines USING event('awslogs.data|@gunzip|@fromstr|logEvents',
  time INTEGER PATH 'timestamp',
  message JSON PATH 'message|@fromstr');

-- name: errors :many
SELECT
  strftime('%FT%TZ', time / 1000, 'unixepoch') AS time,
  message ->> 'requestId' AS requestId,
  message ->> 'message' AS message
FROM lines
WHERE message ->> 'level' IN ('ERROR', 'FATAL')
ORDER BY time;
