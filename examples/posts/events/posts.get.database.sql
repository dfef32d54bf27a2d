CREATE TABLE posts (slug TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL);
INSERT INTO posts VALUES ('grosse-fluesse', 'Große Flüsse', 'Der Rhein.');
