package main_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"text/template"
	"time"

	"golang.org/x/tools/txtar"

	"sqlambda/internal/lambdatest"
	"sqlambda/internal/runtimehost"
)

const (
	functionMemory = 128 << 20
	attackDeadline = time.Second      // where it ends the attack
	honestDeadline = 10 * time.Second // where the outcome has to come before it, on a machine that is busy
)

// TestHostile runs the attacks of testdata/hostile against the built bootstrap, with the
// smallest memory that a function can have as its limit. Every one has to end in what its file says,
// within the memory, and the next event has to be handled: by the same process or, where a
// statement could not be ended before the deadline, by the next. An attack is a txtar archive:
//
//	*.sql               the files of the function; its handler is main
//	env                 variables of the environment, a line each
//	event, event2       events: templates, in which {{repeat 1000 "["}} is that many brackets,
//	                    {{gzip 1000 "a"}} base64 of gzip data, {{seq 1000 "a#"}} numbered
//	response, error, …  how what each gives begins, a regular expression
func TestHostile(t *testing.T) {
	files, err := filepath.Glob("testdata/hostile/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no attacks: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			newAttack(t, archive).run()
		})
	}
}

// attack is a file of testdata/hostile: the files of a function, events, and what each
// has to end in.
type attack struct {
	t     *testing.T
	parts map[string]string
	files map[string]string // of the function
	order []string          // the names of the events
}

func newAttack(t *testing.T, archive *txtar.Archive) *attack {
	a := &attack{t: t, parts: map[string]string{}, files: map[string]string{}}
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".sql") {
			a.files[f.Name] = a.expand(string(f.Data))
			continue
		}
		a.parts[f.Name] = strings.TrimSuffix(string(f.Data), "\n")
		if strings.HasPrefix(f.Name, "event") {
			a.order = append(a.order, f.Name)
		}
	}
	return a
}

// expand runs the text as a template: {{repeat 1000 "["}}, {{gzip 1000000 "a"}}.
func (a *attack) expand(text string) string {
	var b strings.Builder
	made, err := template.New("").Funcs(template.FuncMap{"repeat": repeat, "gzip": zipped, "seq": sequence}).Parse(text)
	if err == nil {
		err = made.Execute(&b, nil)
	}
	if err != nil {
		a.t.Fatal(err)
	}
	return b.String()
}

func repeat(n int, text string) string { return strings.Repeat(text, n) }

// zipped is the base64 of the gzip data of a text that is repeated n times.
func zipped(n int, text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	block := strings.Repeat(text, 1<<16)
	for ; n >= 1<<16; n -= 1 << 16 {
		w.Write([]byte(block))
	}
	w.Write([]byte(strings.Repeat(text, n)))
	w.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// sequence repeats a text, with the number from 0 in the place of #.
func sequence(n int, text string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(text, "#", strconv.Itoa(i)))
	}
	return b.String()
}

// run hands the events to the function.
func (a *attack) run() {
	f := a.start()
	for _, name := range a.order {
		n := strings.TrimPrefix(name, "event")
		deadline := honestDeadline
		if strings.Contains(a.parts["error"+n], "Timeout") {
			deadline = attackDeadline
		}
		outcome, err := a.invoke(f, name, deadline)
		if errors.Is(err, runtimehost.ErrExited) && strings.Contains(f.log.String(), overran) {
			a.checkLog(f)
			f = a.start()
			outcome, err = a.invoke(f, name, deadline)
		}
		if err != nil {
			f.process.Kill()
			a.t.Fatalf("%s: %v\n%.3000s", name, err, f.log)
		}
		a.compare(name, outcome, a.parts["response"+n], a.parts["error"+n])
	}
	a.checkLog(f)
}

// overran is what a process says that ends because of a statement that does not.
const overran = "does not return"

func (a *attack) start() *function {
	return startBy(a.t, limited(a.t, functionMemory), newServer(a.t), "main", a.files, strings.Split(a.parts["env"], "\n")...)
}

// invoke hands an event to the function.
func (a *attack) invoke(f *function, name string, deadline time.Duration) (lambdatest.Outcome, error) {
	event := []byte(a.expand(a.parts[name]))
	ctx, cancel := context.WithTimeout(f.ctx, 2*honestDeadline)
	defer cancel()
	started := time.Now()
	outcome, err := f.Invoke(ctx, lambdatest.Invocation{Payload: event, Deadline: started.Add(deadline)})
	took := time.Since(started).Round(time.Millisecond)
	peak, unknown := f.process.PeakBytes()
	if unknown != nil {
		a.t.Log("no peak of the memory: ", unknown)
	}
	a.t.Logf("%s: %v, %d MB, %v %s %.100s", name, took, peak>>20, err, outcome.ErrorType, outcome.Payload)
	if peak > functionMemory {
		a.t.Errorf("%s: %d MB of memory", name, peak>>20)
	}
	return outcome, err
}

// checkLog ends the process and looks for lines of its log that an attack has made.
func (a *attack) checkLog(f *function) {
	f.process.Signal(syscall.SIGTERM) // if it runs
	f.process.Wait(f.ctx)
	if forged.Match(f.log.Bytes()) {
		a.t.Errorf("a line of the log is forged, or controls a terminal:\n%.1000q", f.log)
	}
}

// forged is what no log has: a line's beginning that an attack wrote, or a control character.
var forged = regexp.MustCompile("[\r\n]2026-01-01|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0080-\u009f]")

// compare checks that an outcome is the response or the error that is wanted, each a
// regular expression for how it begins.
func (a *attack) compare(name string, outcome lambdatest.Outcome, response, failure string) {
	got := string(outcome.Payload)
	if outcome.FunctionError {
		var e struct{ ErrorType, ErrorMessage string }
		if err := json.Unmarshal(outcome.Payload, &e); err != nil {
			a.t.Fatal(err)
		}
		got = e.ErrorType + ": " + e.ErrorMessage
	}
	want := regexp.MustCompile("^(?s:" + cmp.Or(failure, response) + ")")
	if outcome.FunctionError != (failure != "") || !want.MatchString(got) {
		a.t.Errorf("%s: the outcome is %.300s\nwant %s", name, got, want)
	}
	if outcome.FunctionError && !regexp.MustCompile(`^(Function|Runtime)\.[A-Za-z]{1,128}$`).MatchString(outcome.ErrorType) {
		a.t.Errorf("%s: the header says %.300q", name, outcome.ErrorType)
	}
}

// TestDeepText has handlers whose text nests deeper than a parser follows: they are refused
// at init, within the memory.
func TestDeepText(t *testing.T) {
	const deep = 300_000
	around := func(before, inner, after string, n int) string {
		return "SELECT " + repeat(n, before) + inner + repeat(n, after)
	}
	for _, test := range []struct{ name, sql, want string }{
		{"parentheses", around("(", "1", ")", deep), "Recursion limit"},
		{"functions", around("abs(", "1", ")", deep/2), "Recursion limit"},
		{"signs", around("- ", "1", "", deep), "Recursion limit"},
		{"CASE", around("CASE WHEN 1 THEN ", "1", " END", deep/10), "Recursion limit"},
		{"queries", around("* FROM (SELECT ", "1 AS a", ")", deep/10), "Recursion limit"},
		{"a sum", around("1+", "1", "", deep), "Expression tree is too large (maximum depth 1000)"},
		{"UNION ALL", around("1 UNION ALL SELECT ", "1", "", deep/10), "too many terms in compound SELECT"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := startBy(t, limited(t, functionMemory), newServer(t), "main", map[string]string{"main.sql": test.sql})
			err := f.WaitReady(f.ctx)
			want := `{"errorType":"Runtime.InvalidHandler","errorMessage":"main.sql:1:1: SQLITE_ERROR: ` + test.want
			if failed, ok := err.(*lambdatest.InitError); !ok || !strings.HasPrefix(string(failed.Payload), want) {
				t.Errorf("%v, want %s", err, want)
			}
		})
	}
}

// TestLinksOutOfTheRoot has the handler setting, and links in the function's folder, lead to
// a file outside of it.
func TestLinksOutOfTheRoot(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret.sql"), []byte("SELECT 'secret' AS s;"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, handler := range []string{"link", "folder/secret", "../secret", outside + "/secret"} {
		root := t.TempDir()
		for link, to := range map[string]string{"link.sql": outside + "/secret.sql", "folder": outside} {
			if err := os.Symlink(to, filepath.Join(root, link)); err != nil {
				t.Skip("no symbolic links here: ", err)
			}
		}
		f := start(t, handler, nil, "LAMBDA_TASK_ROOT="+root)
		err := f.WaitReady(f.ctx)
		if failed, ok := err.(*lambdatest.InitError); !ok || strings.Contains(string(failed.Payload), "'secret'") {
			t.Errorf("%s: %v", handler, err)
		}
	}
}
