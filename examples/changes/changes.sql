CREATE VIRTUAL TABLE changes USING event('Records',
  event TEXT PATH 'eventName',
  item TEXT PATH 'dynamodb.Keys.id.S',
  old JSON PATH 'dynamodb.OldImage|@fromdynamodb',
  new JSON PATH 'dynamodb.NewImage|@fromdynamodb');

-- name: attributes :many
-- A row for each attribute that an item gained, changed or lost.
SELECT event, item, new.key AS attribute, old.value AS before, new.value AS after
FROM changes, json_each(changes.new) AS new LEFT JOIN json_each(changes.old) AS old USING (key)
WHERE new.value IS NOT old.value
UNION ALL
SELECT event, item, old.key, old.value, NULL
FROM changes, json_each(changes.old) AS old LEFT JOIN json_each(changes.new) AS new USING (key)
WHERE new.key IS NULL
ORDER BY item, attribute;
