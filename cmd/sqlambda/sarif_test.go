package main

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/handlers/syntax"
)

// TestSARIF validates reports against the schema of SARIF 2.1.0, which is OASIS's own:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json.
func TestSARIF(t *testing.T) {
	schema := sarifSchema(t)
	for name, report := range map[string]*inspect.Report{
		"empty": {},
		"full": {Problems: []syntax.Problem{
			{Severity: syntax.Error, Code: "Runtime.InitFailed", Message: "there is no database"},
			{Severity: syntax.Error, Code: "Template.Invalid", File: "/srv/template.yaml", Message: "yaml"},
			{Severity: syntax.Warning, Code: "full-scan", File: "/srv/a b/ü,:.sql", Query: "list", Line: 3, Column: 8, Message: "read", Hint: "index"},
		}},
	} {
		text, err := json.Marshal(report.From("/srv").SARIF())
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file, err := os.Open("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	document, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile("sarif.json")
}
