-- Runs once in each process of the function, before its first event. The database is in
-- memory, and every invocation finds it as it is here.
CREATE TABLE greetings (language TEXT PRIMARY KEY, greeting TEXT NOT NULL);
INSERT INTO greetings VALUES ('en', 'Hello'), ('de', 'Hallo'), ('fr', 'Bonjour');
