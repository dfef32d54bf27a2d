CREATE VIRTUAL TABLE invoices USING event('invoices',
  number TEXT, customer TEXT, due TEXT, amount REAL);

-- name: overdue :many
-- param: today TEXT NOT NULL
-- param: invoices JSON NOT NULL
-- The input of PutEvents, which takes ten entries at a time.
WITH entries AS (
  SELECT
    (row_number() OVER (ORDER BY due, number) - 1) / 10 AS page,
    json_object(
      'Source', 'shop.billing',
      'DetailType', 'Invoice Overdue',
      'EventBusName', $env(EVENT_BUS),
      'Detail', json_object('number', number, 'customer', customer, 'amount', amount, 'due', due) || '' -- a string
    ) AS entry
  FROM invoices
  WHERE due < :today
)
SELECT json_group_array(json(entry)) AS Entries
FROM entries
GROUP BY page
ORDER BY page;
