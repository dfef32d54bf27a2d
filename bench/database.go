package main

import (
	"fmt"
	"path/filepath"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// sku is the key of an item.
func sku(id int) string { return fmt.Sprintf("item-%06d", id) }

// bake writes the database that a function would be deployed with: items, the same
// whenever it is written, 100 MB of them at the usual scale.
func (b *builder) bake(items int) (err error) {
	b.baked = filepath.Join(b.out, "items.db")
	conn, err := sqlite.OpenConn(b.baked, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		return err
	}
	defer func() {
		if closing := conn.Close(); err == nil {
			err = closing
		}
	}()
	return sqlitex.ExecuteScript(conn, fmt.Sprintf(`
		CREATE TABLE items (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, price REAL NOT NULL,
			stock INTEGER NOT NULL, description TEXT NOT NULL);
		WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < %d)
		INSERT INTO items
		SELECT i, printf('item-%%06d', i), (i * 7919 %% 40000) / 4.0, i * 31 %% 1000,
			printf('Item %%d of warehouse %%d, shelf %%d: %%s', i, i %% 12, i * 17 %% 480,
				substr('A box of parts, bolts and washers for machines that are out of production, sorted by size, material and year, in the packaging of the manufacturer, with a list of what it holds.', 1 + i %% 40, 120))
		FROM number;
		CREATE UNIQUE INDEX items_by_sku ON items (sku);`, items), nil)
}
