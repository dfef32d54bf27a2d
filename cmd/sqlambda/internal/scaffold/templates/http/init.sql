-- Runs once in each process of the function, before its first event. The database is in
-- memory, and every invocation finds it as it is here.
CREATE TABLE books (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  author TEXT NOT NULL,
  year INTEGER NOT NULL,
  tags JSON NOT NULL DEFAULT '[]' -- a column of JSON is JSON in a response, not a string
);

INSERT INTO books VALUES
  (1, 'Kindred', 'Octavia E. Butler', 1979, '["time travel"]'),
  (2, 'Solaris', 'Stanisław Lem', 1961, '["first contact"]'),
  (3, 'The Dispossessed', 'Ursula K. Le Guin', 1974, '["utopia","physics"]'),
  (4, 'The Left Hand of Darkness', 'Ursula K. Le Guin', 1969, '["first contact"]'),
  (5, 'Roadside Picnic', 'Arkady and Boris Strugatsky', 1972, '["first contact"]');
