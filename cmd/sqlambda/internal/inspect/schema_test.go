package inspect_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/handlers"
)

const goldenCases = "../../../../handlers/testdata/*/*.txtar"

// TestSchemas holds the schemas of handlers against the golden cases of package
// handlers: each response has to be what its schema says, and each event that was not
// refused.
func TestSchemas(t *testing.T) {
	files, err := filepath.Glob(goldenCases)
	if err != nil || len(files) == 0 {
		t.Fatal("no golden cases", err)
	}
	validated := 0
	for _, file := range files {
		if filepath.Base(filepath.Dir(file)) == "script" { // an executable says nothing of its response
			continue
		}
		t.Run(filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			d := describeCase(t, archive)
			if d == nil {
				return
			}
			events, responses := compile(t, d.EventSchema()), compile(t, d.ResponseSchema())
			for i, f := range archive.Files {
				if !strings.HasPrefix(f.Name, "event") || i+1 == len(archive.Files) {
					continue
				}
				response := string(archive.Files[i+1].Data)
				if !strings.HasPrefix(response, "error Function.InvalidEvent") {
					validate(t, events, "event", string(f.Data))
				}
				if !strings.HasPrefix(response, "error ") {
					validate(t, responses, "response", response)
					validated++
				}
			}
		})
	}
	if validated < 100 {
		t.Errorf("only %d responses were validated", validated)
	}
}

// describeCase describes the handler of a case; nil is a case that cannot be loaded, or
// whose database is made for it.
func describeCase(t *testing.T, archive *txtar.Archive) *inspect.Description {
	t.Helper()
	root, err := os.MkdirTemp("/var/tmp", "sqlambda")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	handler, env := "main", map[string]string{}
	for _, f := range archive.Files {
		switch text := string(f.Data); {
		case f.Name == "init", strings.HasSuffix(f.Name, ".db.sql"):
			return nil
		case f.Name == "handler":
			handler = strings.TrimSpace(text)
		case f.Name == "env":
			for line := range strings.Lines(text) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				env[name] = value
			}
		case strings.HasSuffix(f.Name, ".sql"), strings.HasPrefix(text, "#!"):
			name := filepath.Join(root, f.Name)
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, f.Data, 0o644)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return describe(t, root, handler, env)
}

func describe(t *testing.T, root, handler string, env map[string]string) *inspect.Description {
	t.Helper()
	folder, err := project.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	fn, err := folder.FunctionOf(handler)
	if err != nil {
		t.Fatal(err)
	}
	d, err := inspect.Describe(folder, fn, handler, inspect.Options{
		LookupEnv: func(name string) (string, bool) { value, ok := env[name]; return value, ok },
	})
	var failed *handlers.Error
	if errors.As(err, &failed) {
		t.Log(failed.Message)
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// compile compiles a schema, which finds what is wrong with the schema itself.
func compile(t *testing.T, schema *inspect.Schema) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return compiled
}

func validate(t *testing.T, schema *jsonschema.Schema, what, text string) {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Logf("the %s is no JSON: %v", what, err) // 9e999 is not, to this package
		return
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("the %s %s\n%v", what, text, err)
	}
}
