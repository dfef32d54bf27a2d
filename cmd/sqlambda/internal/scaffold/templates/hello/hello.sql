-- The handler "hello": the event {"name":"Ada"} gives {"message":"Hello Ada"}.
-- The fields that it takes are declared, and an event that they do not fit is refused:
-- param: name TEXT DEFAULT 'world'
SELECT 'Hello ' || :name AS message;
