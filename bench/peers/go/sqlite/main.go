// Command sqlite does the jobs of the benchmark with aws-lambda-go and database/sql over
// modernc.org/sqlite: how a Go function uses the SQLite that sqlambda has.
package main

import (
	"database/sql"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	_ "modernc.org/sqlite"
)

// jobs are the handlers by name: each is given its statement and returns a function as
// lambda.Start takes it.
var jobs = map[string]struct {
	statement string
	handler   func(*sql.DB, *sql.Stmt) any
}{
	"hello":   {helloQuery, hello},
	"group":   {groupQuery, group},
	"reshape": {reshapeQuery, reshape},
	"lookup":  {lookupQuery, lookup},
	"rows":    {rowsQuery, rows},
	"inserts": {insertStatement, inserts},
}

func main() {
	name := os.Getenv("_HANDLER")
	source := ":memory:"
	if file := os.Getenv("DATABASE"); file != "" {
		source = "file:" + file + "?mode=ro&immutable=1"
		if name == "inserts" {
			source = "file:" + file + "?_pragma=journal_mode(memory)&_pragma=synchronous(off)"
		}
	}
	db, err := sql.Open("sqlite", source)
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if name == "inserts" {
		if _, err := db.Exec(ordersTable); err != nil {
			log.Fatal(err)
		}
	}
	job := jobs[name]
	statement, err := db.Prepare(job.statement)
	if err != nil {
		log.Fatal(err)
	}
	lambda.Start(job.handler(db, statement))
}

// all reads the rows of a query, each as scan does.
func all[T any](rows *sql.Rows, err error, scan func(*T) []any) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		var row T
		if err := rows.Scan(scan(&row)...); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}
