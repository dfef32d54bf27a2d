-- Firehose hands over records whose data is base64, and wants each of them back, by its id,
-- as Ok with new data, Dropped, or ProcessingFailed. Here, data is a click:
-- {"user":"ada","page":"/tea","time":"2025-02-11T15:39:06Z","agent":"Mozilla/5.0"}
CREATE VIRTUAL TABLE records USING event('records',
  recordId TEXT,
  data TEXT,
  click JSON PATH 'data|@frombase64|@fromstr'); -- NULL where it is no JSON

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
  'data', iif(result = 'Ok', base64(line || char(10)), data))) AS records -- a line a record
FROM transformed;
