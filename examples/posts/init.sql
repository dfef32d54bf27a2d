CREATE TABLE IF NOT EXISTS posts (
  slug TEXT PRIMARY KEY, -- the last part of the post's address
  title TEXT NOT NULL,
  text TEXT NOT NULL
);
