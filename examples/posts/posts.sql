-- function: slugify(text) DETERMINISTIC RETURNS TEXT USING 'slugify'

-- name: create :one
-- The route POST /posts of an HTTP API: keeps a post under a readable address, which a program makes of the title. If
-- another post has it, the address ends in a number.
-- param: title TEXT NOT NULL PATH 'body|@fromstr|title'
-- param: text TEXT NOT NULL PATH 'body|@fromstr|text'
WITH RECURSIVE wanted(slug) AS MATERIALIZED (
  SELECT coalesce(nullif(slugify(:title), ''), 'post')
), tried(slug, n) AS (
  SELECT slug, 1 FROM wanted
  UNION ALL
  SELECT wanted.slug || '-' || (n + 1), n + 1
  FROM tried CROSS JOIN wanted
  WHERE EXISTS (SELECT 1 FROM posts WHERE posts.slug = tried.slug)
)
INSERT INTO posts (slug, title, text)
SELECT slug, :title, :text FROM tried ORDER BY n DESC LIMIT 1
RETURNING 201 AS statusCode, '/posts/' || slug AS "headers.location", json_object('slug', slug) AS body;

-- name: get :one
-- The route GET /posts/{slug}.
SELECT
  iif(count(*), 200, 404) AS statusCode,
  'application/json' AS "headers.content-type",
  iif(count(*), json_object('title', title, 'text', text), json_object('message', 'there is no such post')) AS body
FROM posts
WHERE slug = $event(pathParameters.slug);
