-- Where a row has a column statusCode, it is the response to the API, and a body of JSON
-- becomes the string that the API wants. A dot in a column's name nests.

-- name: get :one
-- GET /books/{id}
-- param: id TEXT PATH 'pathParameters.id' NOT NULL
WITH book AS (SELECT * FROM books WHERE id = :id)
SELECT 200 AS statusCode, 'application/json' AS "headers.content-type",
  json_object('id', id, 'title', title, 'author', author, 'year', year, 'tags', json(tags)) AS body
FROM book
UNION ALL
SELECT 404, 'application/json', json_object('message', 'there is no such book')
WHERE NOT EXISTS (SELECT * FROM book);

-- name: list :one
-- GET /books?author=Ursula+K.+Le+Guin&limit=2&after=3
-- param: author TEXT PATH 'queryStringParameters.author'
-- param: limit TEXT PATH 'queryStringParameters.limit' DEFAULT '20'
-- param: after TEXT PATH 'queryStringParameters.after' DEFAULT '0'
-- The numbers are declared as text, so that the query answers a wrong one with 400. As
-- INTEGER it would be refused before the query runs, and the API would answer 500.
WITH request AS (
  SELECT :limit REGEXP '^[1-9][0-9]?$' AND :after REGEXP '^[0-9]{1,18}$' AS valid
), page AS (
  SELECT id, title, author FROM books
  WHERE id > CAST(:after AS INTEGER) -- a page begins after the last book of the one before
    AND (:author IS NULL OR author = :author)
  ORDER BY id
  LIMIT CAST(:limit AS INTEGER)
), found AS (
  SELECT json_object(
    'books', json_group_array(json_object('id', id, 'title', title, 'author', author)),
    'after', max(id)) AS body -- where the next page begins; null after the last
  FROM page
)
SELECT 200 AS statusCode, 'application/json' AS "headers.content-type", body
FROM request, found WHERE valid
UNION ALL
SELECT 400, 'application/json', json_object('message', 'limit is 1 to 99, after a number')
FROM request WHERE NOT valid;
