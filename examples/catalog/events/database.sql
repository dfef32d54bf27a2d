-- The database that goes into the function's zip: build.sh makes catalog.db of it.
CREATE TABLE products (
  sku TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  price REAL NOT NULL
);

INSERT INTO products VALUES
  ('TEA-01', 'Sencha', 'Green tea from Shizuoka, grassy and sweet', 12.5),
  ('TEA-02', 'Darjeeling', 'Black tea, first flush', 14.0),
  ('TEA-03', 'Genmaicha', 'Green tea with roasted rice', 9.0),
  ('POT-01', 'Kyusu', 'Teapot with a side handle', 48.0);

CREATE VIRTUAL TABLE search USING fts5(name, description, content = products, tokenize = 'porter');
INSERT INTO search (search) VALUES ('rebuild');
