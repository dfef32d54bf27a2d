CREATE TABLE IF NOT EXISTS orders (
  id TEXT PRIMARY KEY,
  store TEXT NOT NULL,
  ordered_at TEXT NOT NULL, -- UTC, as 2026-01-14T09:30:00Z
  total REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_by_time ON orders (ordered_at);
CREATE TABLE IF NOT EXISTS daily (
  day TEXT NOT NULL,
  store TEXT NOT NULL,
  orders INTEGER NOT NULL,
  total REAL NOT NULL,
  PRIMARY KEY (day, store)
);

-- name: rollup :one
-- A schedule runs this shortly after midnight and sums the orders of the day before. The event says when
-- the run was due, so that a late run or a second one writes the same rows.
INSERT INTO daily (day, store, orders, total)
SELECT date($event(time), '-1 day'), store, count(*), round(sum(total), 2)
FROM orders
WHERE ordered_at >= date($event(time), '-1 day') AND ordered_at < date($event(time))
GROUP BY store
ON CONFLICT (day, store) DO UPDATE SET orders = excluded.orders, total = excluded.total;

SELECT date($event(time), '-1 day') AS day, count(*) AS stores,
  coalesce(sum(orders), 0) AS orders, round(total(total), 2) AS total
FROM daily
WHERE day = date($event(time), '-1 day');
