-- The handler "hello": the event {"name":"Ada"} gives {"message":"Hello Ada"}.
-- The fields that it takes are declared, and an event that they do not fit is refused:
-- param: name TEXT DEFAULT 'world'
-- param: language TEXT DEFAULT 'en'
SELECT coalesce((SELECT greeting FROM greetings WHERE language = :language), 'Hello') || ' ' || :name AS message;
