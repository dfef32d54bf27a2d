SELECT 200 AS statusCode, 'Hello ' || coalesce(:name, 'world') AS body;
