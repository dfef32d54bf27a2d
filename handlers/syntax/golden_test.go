package syntax_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"sqlambda/handlers/syntax"
)

var update = flag.Bool("update", false, "write what the golden cases give into their files")

// TestGolden reads the cases in testdata. A case is a txtar archive:
//
//	main.sql      the handler's text; init.sql for one that runs at init
//	schema.sql    the tables that its queries read; optional
//	listing       what was read: queries, statements, parameters, and the kind
//	              and column types that follow from SQLite's result columns
//	problems      what is wrong, each with its line
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := string(txtar.Format(archive))
			got := string(txtar.Format(readCase(t, archive)))
			if got == want {
				return
			}
			if !*update {
				t.Fatalf("%s is\n%s", file, got)
			}
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// readCase returns a case with what its text gives.
func readCase(t *testing.T, in *txtar.Archive) *txtar.Archive {
	out := &txtar.Archive{Comment: in.Comment}
	db := open(t)
	var file *syntax.File
	var problems []syntax.Problem
	for _, f := range in.Files {
		switch f.Name {
		case "main.sql":
			file, problems = syntax.Parse(f.Name, string(f.Data))
		case "init.sql":
			file, problems = syntax.ParseInit(f.Name, string(f.Data))
		case "schema.sql":
			db.run(string(f.Data))
		default:
			continue
		}
		out.Files = append(out.Files, f)
	}
	add := func(name, text string) {
		if text != "" {
			out.Files = append(out.Files, txtar.File{Name: name, Data: []byte(text)})
		}
	}
	add("listing", listing(db, file))
	add("problems", problemList(file, problems))
	return out
}

func listing(db *database, f *syntax.File) string {
	var b strings.Builder
	if len(f.Prologue) > 0 {
		b.WriteString("prologue\n")
		statements(&b, f, f.Prologue)
	}
	for _, q := range f.Queries {
		name := strings.TrimSpace("query " + q.Name)
		if q.Name == "" {
			name = "script"
		}
		fmt.Fprintf(&b, "%v %s %s\n", f.Position(q.Offset), name, kind(q.Kind))
		for _, d := range q.Declarations {
			fmt.Fprintf(&b, "  %v field %s %v%s\n", f.Position(d.Offset), d.Name, d.Type, constraints(d))
		}
		statements(&b, f, q.Statements)
		if last := q.Last(); last != nil {
			result(&b, db, q, last)
		}
	}
	return b.String()
}

func kind(k syntax.Kind) string {
	if k == syntax.None {
		return "of no kind"
	}
	return ":" + k.String()
}

func constraints(d syntax.Declaration) string {
	s := ""
	if d.NotNull {
		s += " not null"
	}
	if d.HasDefault {
		s += fmt.Sprintf(" default %#v", d.Default)
	}
	return s
}

func statements(b *strings.Builder, f *syntax.File, list []*syntax.Statement) {
	for _, s := range list {
		fmt.Fprintf(b, "  %v %s\n", f.Position(s.Offset), strings.ReplaceAll(strings.ReplaceAll(s.Text, "\r", "␍"), "\n", "␤"))
		for _, p := range s.Parameters {
			fmt.Fprintf(b, "    %v %s is parameter %d: %s %q\n", f.Position(p.Offset), p.Raw, p.Index, scopeNames[p.Scope], p.Path)
		}
		if names := s.Changes(); len(names) > 0 {
			fmt.Fprintf(b, "    changes %s\n", strings.Join(names, ", "))
		}
	}
}

var scopeNames = map[syntax.Scope]string{
	syntax.Field: "field", syntax.Event: "event", syntax.Context: "context",
	syntax.Env: "env", syntax.Record: "record", syntax.Element: "element",
}

// result shows what follows from the columns that SQLite gives the statement.
func result(b *strings.Builder, db *database, q *syntax.Query, last *syntax.Statement) {
	names, err := db.columns(last.Text)
	if err != nil {
		fmt.Fprintf(b, "  sqlite: %v\n", err)
		return
	}
	fmt.Fprintf(b, "  gives %s", kind(q.ResponseKind(len(names))))
	for i, t := range types(last.Results(names, db)) {
		if t == syntax.Plain {
			fmt.Fprintf(b, ", %s", names[i])
		} else {
			fmt.Fprintf(b, ", %s (%v)", names[i], t)
		}
	}
	b.WriteByte('\n')
}

func problemList(f *syntax.File, problems []syntax.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%s:%v: %s\n", f.Name, f.Position(p.Offset), p.Message)
		for line := range strings.Lines(f.Excerpt(f.Position(p.Offset))) {
			fmt.Fprintf(&b, "    %s", strings.TrimRight(line, "\n")+"\n")
		}
		if p.Hint != "" {
			fmt.Fprintf(&b, "  %s\n", p.Hint)
		}
	}
	return b.String()
}
