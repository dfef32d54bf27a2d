-- The handler "hello". An event {"name":"Ada"} gives {"message":"Hello Ada"}.
-- The fields of the event that it takes; what does not fit is refused before any SQL runs:
-- param: name TEXT DEFAULT 'world'
SELECT 'Hello ' || :name AS message;
