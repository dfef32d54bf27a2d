package inspect_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/event"
)

// TestEventSchemaTakesWhatIsTaken: what the runtime takes for a declared field, the
// event's schema takes too.
func TestEventSchemaTakesWhatIsTaken(t *testing.T) {
	values := []string{
		`null`, `true`, `false`, `0`, `1`, `2`, `-1`, `1.5`, `2.0`, `2e3`, `1e400`, `9223372036854775808`, `""`, `"a"`, `"12"`, `" +07 "`,
		`"2.50"`, `".5"`, `"-1e3"`, `"true"`, `"TRUE"`, `"false"`, `"SGk="`, `"SGk"`, `"\u0009 5"`, `[]`, `{}`, `[1]`, `{"a":1}`,
	}
	taken := 0
	for _, name := range strings.Split(event.TypeNames, ", ") {
		for _, rest := range []string{"", " NOT NULL", " DEFAULT NULL"} {
			root := t.TempDir()
			text := "-- param: x " + name + rest + "\nSELECT :x AS x;"
			if err := os.WriteFile(filepath.Join(root, "main.sql"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			schema := compile(t, describe(t, root, "main", nil).EventSchema())
			typ, _ := event.ParseType(name)
			fields := event.NewParameters([]event.Parameter{{Name: "x", Type: typ, NotNull: rest == " NOT NULL"}})
			events := []string{`{}`}
			for _, v := range values {
				events = append(events, `{"x":`+v+`}`)
			}
			for _, text := range events {
				e, err := event.Parse([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := fields.Read(e, nil); err == nil {
					validate(t, schema, fmt.Sprint("event of ", name, rest), text)
					taken++
				}
			}
		}
	}
	if taken < 100 {
		t.Errorf("only %d events were taken", taken)
	}
}

// TestExamples holds the cases of the examples against the schemas of their handlers.
func TestExamples(t *testing.T) {
	roots, err := filepath.Glob("../../../../examples/*/events")
	if err != nil || len(roots) == 0 {
		t.Fatal("no examples", err)
	}
	for _, root := range roots {
		folder, err := project.Open(filepath.Dir(root))
		if err != nil {
			t.Fatal(err)
		}
		cases, err := suite.Find(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			t.Run(c.Name, func(t *testing.T) { validateCase(t, folder, c) })
		}
	}
}

func validateCase(t *testing.T, folder *project.Folder, c *suite.Case) {
	variables := map[string]string{}
	for name, value := range c.Variables {
		variables[name] = value
	}
	if name := variables["SQLAMBDA_DATABASE"]; name != "" && !strings.HasPrefix(name, "/") {
		t.Skip("its database has to be built")
	}
	if c.Handler.Name == "" {
		if _, err := os.Stat(filepath.Join(folder.Root, "build.sh")); err == nil {
			t.Skip("its program has to be built")
		}
	}
	var d *inspect.Description
	if d = describe(t, folder.Root, c.Handler.Name, variables); d == nil {
		t.Fatal("it cannot be described")
	}
	events, responses := compile(t, d.EventSchema()), compile(t, d.ResponseSchema())
	for _, i := range c.Invocations {
		if i.Error == nil {
			validate(t, events, "event", i.Event.Text)
		}
		if i.Response != nil && !strings.Contains(i.Response.Text, `"<`) {
			validate(t, responses, "response", i.Response.Text)
		}
	}
}
