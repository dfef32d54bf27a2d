SELECT CASE :how
  WHEN 'raise' THEN error('Order.Refused', 'no ' || $event(reason))
  WHEN 'fail' THEN abs(-9223372036854775807 - 1)
  WHEN 'json' THEN json(:text)
  END AS done;
