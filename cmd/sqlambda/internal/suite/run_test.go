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
	if n := report.Count(Passed); n != 1000 {
		t.Errorf("%d of 1000 cases passed", n)
	}
	for i, r := range report.Results {
		if r.Outcome != Passed {
			t.Errorf("%s: %v", r.Case.Name, r.Problems)
		}
		if i > 0 && r.Case.Name < report.Results[i-1].Case.Name {
			t.Errorf("%s comes after %s", r.Case.Name, report.Results[i-1].Case.Name)
		}
	}
	for _, h := range report.Coverage.Handlers {
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

// TestPanic has a panic in a case be its failure.
func TestPanic(t *testing.T) {
	r := &Result{Case: &Case{File: "case", Invocations: []Invocation{{Response: &Part{}}}}} // without an event
	root := many(t, 2)
	folder, cases := folderAndCases(t, root)
	fn, err := folder.FunctionOf(cases[0].Handler.Name)
	if err != nil {
		t.Fatal(err)
	}
	r.Case.Handler = cases[0].Handler
	r.run(fn, false)
	if r.Outcome != Failed || len(r.Problems) != 1 {
		t.Errorf("the case is %s: %v", r.Outcome, r.Problems)
	}
}
