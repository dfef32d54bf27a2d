CREATE VIRTUAL TABLE records USING event('records',
  recordId TEXT,
  data TEXT,
  click JSON PATH 'data|@frombase64|@fromstr');

-- name: transform :one
WITH transformed AS (
  SELECT recordId, data,
    CASE
      WHEN click IS NULL THEN 'ProcessingFailed'
      WHEN click ->> 'agent' REGEXP '(?i)bot|crawler' THEN 'Dropped'
      ELSE 'Ok'
    END AS result,
    json_object('user', click ->> 'user', 'page', click ->> 'page', 'date', date(click ->> 'time')) AS line
  FROM records
)
SELECT json_group_array(json_object(
  'recordId', recordId,
  'result', result,
  'data', iif(result = 'Ok', base64(line || char(10)), data))) AS records
FROM transformed;
