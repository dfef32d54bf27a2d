CREATE TABLE orders (id TEXT PRIMARY KEY, store TEXT NOT NULL, ordered_at TEXT NOT NULL, total REAL NOT NULL);
INSERT INTO orders VALUES
  ('o1', 'Berlin', '2026-01-13T23:59:59Z', 10), -- the day before
  ('o2', 'Berlin', '2026-01-14T00:00:00Z', 12.5),
  ('o3', 'Lisbon', '2026-01-14T09:30:00Z', 30),
  ('o4', 'Berlin', '2026-01-14T23:59:59Z', 7.25),
  ('o5', 'Lisbon', '2026-01-15T00:00:00Z', 99); -- the day after
CREATE TABLE daily (day TEXT NOT NULL, store TEXT NOT NULL, orders INTEGER NOT NULL, total REAL NOT NULL,
  PRIMARY KEY (day, store));
INSERT INTO daily VALUES ('2026-01-14', 'Berlin', 1, 12.5); -- of a run that was too early
