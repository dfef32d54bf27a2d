package main

import (
	"context"
	"database/sql"
)

const lookupQuery = `SELECT id, sku, price, stock, description FROM items WHERE sku = ?`

type described struct {
	item
	Description string `json:"description"`
}

func lookup(_ *sql.DB, statement *sql.Stmt) any {
	return func(ctx context.Context, event struct{ SKU string }) (*described, error) {
		var d described
		err := statement.QueryRowContext(ctx, event.SKU).Scan(&d.ID, &d.SKU, &d.Price, &d.Stock, &d.Description)
		if err == sql.ErrNoRows {
			return nil, nil
		}
		return &d, err
	}
}

const rowsQuery = `SELECT id, sku, price, stock FROM items WHERE id <= ? ORDER BY id`

type item struct {
	ID    int64   `json:"id"`
	SKU   string  `json:"sku"`
	Price float64 `json:"price"`
	Stock int64   `json:"stock"`
}

func rows(_ *sql.DB, statement *sql.Stmt) any {
	return func(ctx context.Context, event struct{ Rows int }) ([]item, error) {
		rows, err := statement.QueryContext(ctx, event.Rows)
		return all(rows, err, func(i *item) []any { return []any{&i.ID, &i.SKU, &i.Price, &i.Stock} })
	}
}
