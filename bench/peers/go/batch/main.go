// Command batch groups the records of an event with the SQL of sqlambda's own
// json_each.sql, through database/sql: how a Go function uses SQLite for the same work.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"log"

	"github.com/aws/aws-lambda-go/lambda"
	_ "modernc.org/sqlite"
)

const query = `
SELECT body ->> 'customer' AS customer, count(*) AS count, sum(body ->> 'total') AS sum
FROM (SELECT value ->> 'body' AS body FROM json_each(?, '$.Records'))
GROUP BY 1`

type group struct {
	Customer string  `json:"customer"`
	Count    int     `json:"count"`
	Sum      float64 `json:"sum"`
}

type handler struct{ byCustomer *sql.Stmt }

func main() {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	byCustomer, err := db.Prepare(query)
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(handler{byCustomer}.handle)
}

func (h handler) handle(ctx context.Context, event json.RawMessage) ([]group, error) {
	rows, err := h.byCustomer.QueryContext(ctx, string(event))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	groups := []group{}
	for rows.Next() {
		var g group
		if err := rows.Scan(&g.Customer, &g.Count, &g.Sum); err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	return groups, rows.Err()
}
