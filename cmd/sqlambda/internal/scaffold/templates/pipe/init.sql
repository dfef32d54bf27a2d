-- Runs once in each process of the function: what the pipe looks up.
CREATE TABLE products (
  sku TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  price REAL NOT NULL
);

INSERT INTO products VALUES
  ('TEA-01', 'Sencha', 12.5),
  ('TEA-02', 'Darjeeling', 14.0),
  ('POT-01', 'Kyusu', 48.0);
