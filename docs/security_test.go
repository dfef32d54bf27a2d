package docs_test

import (
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestSecurityTests looks for every test that a promise of security.md names: an attack, or
// a function.
func TestSecurityTests(t *testing.T) {
	rows := tableAfter(t, "security.md", "## What is promised")
	for _, row := range rows {
		names := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1)
		if len(names) == 0 {
			t.Errorf("no test: %s", row[0])
		}
		for _, name := range names {
			if strings.HasPrefix(name[1], "Test") {
				if exec.Command("git", "grep", "-q", "func "+name[1]+"(t", "..").Run() != nil {
					t.Errorf("there is no test %s", name[1])
				}
			} else if files, _ := filepath.Glob("../testdata/hostile/" + name[1] + ".txtar"); len(files) == 0 {
				t.Errorf("there is no attack %s", name[1])
			}
		}
	}
}

// TestSecurityLimits compares the limits of security.md with the constants that they are.
func TestSecurityLimits(t *testing.T) {
	for _, row := range tableAfter(t, "security.md", "## Limits") {
		names := regexp.MustCompile("`([^`]+)` `([^`]+)`").FindStringSubmatch(row[2])
		if names == nil {
			t.Errorf("no constant: %s", row[0])
			continue
		}
		figure, unit, _ := strings.Cut(row[1], " ")
		want, err := strconv.ParseInt(figure, 10, 64)
		if err != nil {
			t.Error(err)
		}
		want <<= map[string]int{"KiB": 10, "MiB": 20}[unit]
		if got := constantOf(t, names[1], names[2]); got != want {
			t.Errorf("%s is %d, want %d: %s", names[2], got, want, row[0])
		}
	}
}

// constantOf evaluates a constant of a package.
func constantOf(t *testing.T, folder, name string) (value int64) {
	t.Helper()
	files, err := filepath.Glob("../" + folder + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || spec.Names[0].Name != name || len(spec.Values) == 0 {
				return true
			}
			from, to := set.Position(spec.Values[0].Pos()).Offset, set.Position(spec.Values[0].End()).Offset
			v, err := types.Eval(set, nil, token.NoPos, string(source[from:to]))
			if err != nil {
				t.Fatal(err)
			}
			value, _ = constant.Int64Val(v.Value)
			return false
		})
	}
	if value == 0 {
		t.Fatalf("there is no constant %s in %s", name, folder)
	}
	return value
}

// tableAfter reads the first table after a heading of a page, without its head.
func tableAfter(t *testing.T, page, heading string) (rows [][]string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), heading+"\n")
	for line := range strings.Lines(rest) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "|"):
			cells := strings.Split(strings.Trim(line, "|"), "|")
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows = append(rows, cells)
		case len(rows) > 0:
			return rows[2:]
		}
	}
	t.Fatalf("no table after %s", heading)
	return nil
}
