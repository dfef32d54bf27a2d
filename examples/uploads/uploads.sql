-- S3 encodes the keys of its notifications as URLs do.
CREATE VIRTUAL TABLE uploads USING event('Records',
  name TEXT PATH 'eventName',
  bucket TEXT PATH 's3.bucket.name',
  key TEXT PATH 's3.object.key',
  size INTEGER PATH 's3.object.size');

-- name: uploads :many
SELECT bucket, url_decode(key) AS key, size
FROM uploads
WHERE name GLOB 'ObjectCreated:*';
