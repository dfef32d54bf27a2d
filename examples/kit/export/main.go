// Command export is a Lambda function in Go that streams its response: the rows of the CSV file
// of its handler, as lines of JSON. However long the file is, the function needs the same memory.
package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"sqlambda/runtimeapi"
	"sqlambda/runtimeapi/typed"
)

func export(_ context.Context, _ any, invocation *runtimeapi.Invocation) error {
	file, err := os.Open(filepath.Join(os.Getenv("LAMBDA_TASK_ROOT"), os.Getenv("_HANDLER")+".csv"))
	if err != nil {
		return err
	}
	defer file.Close()
	response := invocation.StreamHTTP(runtimeapi.HTTPHead{Headers: map[string]string{"content-type": "application/x-ndjson"}})
	rows, lines := csv.NewReader(file), json.NewEncoder(response)
	var names []string
	for {
		row, err := rows.Read()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return &runtimeapi.Error{Type: "Export.InvalidRow", Message: err.Error()}
		case names == nil:
			names = row
			continue
		}
		object := map[string]string{}
		for i, name := range names {
			object[name] = row[i]
		}
		if err := lines.Encode(object); err != nil {
			return err // Lambda takes no more of the response
		}
	}
}

func main() { typed.StartStream(export) }
