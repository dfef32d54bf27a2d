CREATE VIRTUAL TABLE whole USING event('', event JSON PATH '');

-- name: main :value
SELECT event FROM whole;
