package suite

import (
	"fmt"
	"path/filepath"
	"testing"
)

// many makes a folder with n cases, half of which write to a file.
func many(t testing.TB, n int) string {
	t.Helper()
	root := t.TempDir()
	file := func(name, text string) {
		t.Helper()
		writeFile(t, filepath.Join(root, name), text)
	}
	file("init.sql", "CREATE TABLE IF NOT EXISTS words (word TEXT PRIMARY KEY);")
	file("words.sql", "-- name: add :exec\nINSERT INTO words VALUES (:word);\n-- name: count :one\nSELECT count(*) AS n FROM words;")
	for i := range n / 2 {
		file(fmt.Sprintf("tests/words.count-%d.txtar", i), "-- event --\n{}\n-- response --\n{\"n\": 0}\n")
		file(fmt.Sprintf("tests/words.add-%d.txtar", i), fmt.Sprintf(
			"-- env --\nSQLAMBDA_DATABASE=/tmp/words.db\n-- event --\n{\"word\": \"w%d\"}\n-- state.sql --\nSELECT word FROM words\n-- state --\n{\"word\": \"w%[1]d\"}\n", i))
	}
	return root
}

// TestThousand runs a thousand cases, each with a database of its own: none finds what
// another wrote.
func TestThousand(t *testing.T) {
	report, err := Run(many(t, 1000), Options{Parallel: 8})
	if err != nil {
		t.Fatal(err)
	}
	if n := report.Passed; n != 1000 {
		t.Errorf("%d of 1000 cases passed", n)
	}
	for i, r := range report.Cases {
		if r.Outcome != Passed {
			t.Errorf("%s: %v", r.Name, r.Problems)
		}
		if i > 0 && r.Name < report.Cases[i-1].Name {
			t.Errorf("%s comes after %s", r.Name, report.Cases[i-1].Name)
		}
	}
	for _, h := range report.Coverage.Queries {
		if h.Cases != 500 || h.Statements[0].Times != 500 {
			t.Errorf("%s was run by %d cases, %d times", h.Name, h.Cases, h.Statements[0].Times)
		}
	}
}

// BenchmarkRun is the time of a hundred cases.
func BenchmarkRun(b *testing.B) {
	root := many(b, 100)
	for b.Loop() {
		if _, err := Run(root, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestPanic: a panic in a case is the failure of that case.
func TestPanic(t *testing.T) {
	folder, cases := folderAndCases(t, many(t, 2))
	fn, err := folder.FunctionOf(cases[0].Handler.Name)
	if err != nil {
		t.Fatal(err)
	}
	broken := &Case{File: "case", Handler: cases[0].Handler, Invocations: []Invocation{{Response: &Part{}}}} // without an event
	r := &Result{test: broken, function: fn}
	r.run(false)
	if r.Outcome != Failed || len(r.Problems) != 1 {
		t.Errorf("the case is %s: %v", r.Outcome, r.Problems)
	}
}
