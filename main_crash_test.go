package main_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"sqlambda/internal/lambdatest"
)

// ledger is a function that writes two halves in each invocation, so that half of one
// would be seen, and a page more, so that the transaction is of several pages. Without
// an id it lists what it has.
var ledger = map[string]string{
	"add.sql": `-- name: add :value
INSERT INTO ledger SELECT :id, 1, zeroblob(5000) WHERE :id IS NOT NULL;
INSERT INTO ledger SELECT :id, 2, zeroblob(50) WHERE :id IS NOT NULL;
SELECT CASE WHEN :fail THEN error('Test.Failed', 'undone') END;
SELECT (SELECT json_group_object(id, n) FROM (SELECT id, count(*) AS n FROM ledger GROUP BY id)) WHERE :id IS NULL;
`}

func startLedger(t *testing.T, mode, database string, workers int) *function {
	files := map[string]string{"add.sql": ledger["add.sql"], "init.sql": "PRAGMA journal_mode = " + mode + ";\nCREATE TABLE IF NOT EXISTS ledger (id TEXT, half INTEGER, pad BLOB, PRIMARY KEY (id, half));"}
	return start(t, "add", files, "SQLAMBDA_DATABASE="+database, fmt.Sprint("AWS_LAMBDA_MAX_CONCURRENCY=", workers))
}

// TestKilled ends processes at any moment, again and again, over one database. What was
// answered is there; what was answered with an error is not; what was in flight is there
// as a whole or not at all, and where SIGTERM let it end, it was answered.
func TestKilled(t *testing.T) {
	const rounds, workers = 40, 3
	for _, mode := range []string{"delete", "wal"} {
		for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
			t.Run(fmt.Sprintf("%s/%v", mode, signal), func(t *testing.T) {
				t.Parallel()
				database := filepath.Join(scratch(t), "ledger.db")
				r := &record{t: t, answers: map[string]string{}}
				for round := range rounds {
					f := startLedger(t, mode, database, workers)
					if err := f.WaitReady(f.ctx); err != nil {
						t.Fatal(err)
					}
					r.check(f.outcomeOf(`{}`), signal == syscall.SIGTERM)
					r.writeUntil(f, round, workers, signal)
				}
				f := startLedger(t, mode, database, workers)
				r.check(f.outcomeOf(`{}`), signal == syscall.SIGTERM)
				if len(r.answers) < 2*rounds {
					t.Errorf("%d invocations in %d rounds", len(r.answers), rounds)
				}
			})
		}
	}
}

// record is what is known of each id that was sent: "answered", "failed" or "in flight".
type record struct {
	t       *testing.T
	mu      sync.Mutex
	answers map[string]string
}

func (r *record) note(id, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[id] = what
}

// writeUntil sends invocations until a signal, which comes at some moment, ends the
// process.
func (r *record) writeUntil(f *function, round, workers int, signal syscall.Signal) {
	var writers sync.WaitGroup
	for w := range workers {
		writers.Go(func() {
			for i := 0; ; i++ {
				id := fmt.Sprintf("%d-%d-%d", round, w, i)
				r.note(id, "in flight")
				event := fmt.Appendf(nil, `{"id":%q,"fail":%t}`, id, i%4 == 3)
				outcome, err := f.Invoke(f.ctx, lambdatest.Invocation{Payload: event})
				switch {
				case err != nil:
					return
				case outcome.FunctionError:
					r.note(id, "failed")
				default:
					r.note(id, "answered")
				}
			}
		})
	}
	time.AfterFunc(time.Duration(rand.IntN(30_000))*time.Microsecond, func() { f.process.Signal(signal) })
	writers.Wait()
	f.process.Wait(f.ctx)
	if code := f.process.State().ExitCode(); signal == syscall.SIGTERM && code != 0 {
		r.t.Errorf("exit status %d after SIGTERM\n%s", code, f.log)
	}
}

// check compares the ledger with the record. In order, nothing is there that was not
// answered.
func (r *record) check(listing string, inOrder bool) {
	r.t.Helper()
	var halves map[string]int
	if err := json.Unmarshal([]byte(listing), &halves); err != nil {
		r.t.Fatalf("%v: %s", err, listing)
	}
	for id, n := range halves {
		switch what := r.answers[id]; {
		case n != 2:
			r.t.Errorf("%s, %s, is there by half", id, what)
		case what == "failed" || what == "" || inOrder && what != "answered":
			r.t.Errorf("%s is there: %q", id, what)
		}
	}
	for id, what := range r.answers {
		if what == "answered" && halves[id] == 0 {
			r.t.Errorf("%s was answered and is not there", id)
		}
	}
}
