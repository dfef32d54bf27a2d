-- function: slug(text) RETURNS TEXT USING 'slug.sh'
-- name: main :one
SELECT slug(:text) AS slug, slug('b') AS b;
