-- A task of a state machine: its response is the state's result, and the type that is
-- given to error() is what a Catch of the state machine names.

-- name: check :one
-- param: orderId TEXT NOT NULL
-- param: currency TEXT DEFAULT 'EUR'
-- param: total REAL NOT NULL
-- param: lines JSON NOT NULL
WITH sums AS (
  SELECT
    count(*) AS lines,
    coalesce(round(sum((value ->> 'price') * (value ->> 'quantity')), 2), 0.0) AS total
  FROM json_each(:lines)
)
SELECT
  CASE
    WHEN lines = 0 THEN error('EmptyOrder', format('order %s has no lines', :orderId))
    WHEN total <> :total THEN error('TotalMismatch',
      format('order %s says %.2f, its lines make %.2f', :orderId, :total, total))
    ELSE :orderId
  END AS orderId,
  :currency AS currency,
  total
FROM sums;
