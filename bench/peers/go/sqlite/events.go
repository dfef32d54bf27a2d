package main

import (
	"context"
	"database/sql"
	"encoding/json"
)

const helloQuery = `SELECT 200, 'Hello ' || coalesce(?, 'world')`

type answer struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

func hello(_ *sql.DB, statement *sql.Stmt) any {
	return func(ctx context.Context, event struct{ Name *string }) (a answer, err error) {
		return a, statement.QueryRowContext(ctx, event.Name).Scan(&a.StatusCode, &a.Body)
	}
}

const groupQuery = `
SELECT body ->> 'customer' AS customer, count(*) AS count, sum(body ->> 'total') AS sum
FROM (SELECT value ->> 'body' AS body FROM json_each(?, '$.Records'))
GROUP BY 1`

type byCustomer struct {
	Customer string  `json:"customer"`
	Count    int     `json:"count"`
	Sum      float64 `json:"sum"`
}

func group(_ *sql.DB, statement *sql.Stmt) any {
	return func(ctx context.Context, event json.RawMessage) ([]byCustomer, error) {
		rows, err := statement.QueryContext(ctx, string(event))
		return all(rows, err, func(g *byCustomer) []any { return []any{&g.Customer, &g.Count, &g.Sum} })
	}
}

const reshapeQuery = `
SELECT value ->> 'messageId', value ->> 'body' ->> 'customer', value ->> 'body' ->> 'total'
FROM json_each(?, '$.Records')`

type order struct {
	ID       string  `json:"id"`
	Customer string  `json:"customer"`
	Total    float64 `json:"total"`
	Cents    int     `json:"cents"`
}

func reshape(_ *sql.DB, statement *sql.Stmt) any {
	return func(ctx context.Context, event json.RawMessage) ([]order, error) {
		rows, err := statement.QueryContext(ctx, string(event))
		list, err := all(rows, err, func(o *order) []any { return []any{&o.ID, &o.Customer, &o.Total} })
		for i := range list {
			list[i].Cents = int(list[i].Total * 100)
		}
		return list, err
	}
}
