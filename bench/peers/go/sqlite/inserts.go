package main

import (
	"context"
	"database/sql"
	"encoding/json"
)

const ordersTable = `CREATE TABLE IF NOT EXISTS orders
(id TEXT PRIMARY KEY, customer TEXT NOT NULL, total REAL NOT NULL) WITHOUT ROWID`

const insertStatement = `INSERT INTO orders (id, customer, total) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET customer = excluded.customer, total = excluded.total`

type records struct {
	Records []struct {
		MessageID string `json:"messageId"`
		Body      string `json:"body"`
	} `json:"Records"`
}

type failures struct {
	List []failure `json:"batchItemFailures"`
}

type failure struct {
	Item string `json:"itemIdentifier"`
}

// inserts makes the inserts of an event in one transaction; a record that fails is
// reported, the others stand.
func inserts(db *sql.DB, statement *sql.Stmt) any {
	return func(ctx context.Context, event records) (failures, error) {
		failed := failures{List: []failure{}}
		transaction, err := db.BeginTx(ctx, nil)
		if err != nil {
			return failed, err
		}
		defer transaction.Rollback()
		insert := transaction.StmtContext(ctx, statement)
		for _, record := range event.Records {
			var body struct {
				Customer *string
				Total    *float64
			}
			err := json.Unmarshal([]byte(record.Body), &body)
			if err == nil {
				_, err = insert.ExecContext(ctx, record.MessageID, body.Customer, body.Total)
			}
			if err != nil {
				failed.List = append(failed.List, failure{record.MessageID})
			}
		}
		return failed, transaction.Commit()
	}
}
