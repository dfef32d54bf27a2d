CREATE VIRTUAL TABLE whole USING event('[@this]', event JSON PATH '');

-- name: main :value
SELECT event FROM whole;
