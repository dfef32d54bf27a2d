package suite

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/engine"
	"sqlambda/engine/sqlite/explain"
	"sqlambda/handlers"
)

// run runs the case, and compares what it gives with what is expected or, with update,
// writes it.
func (r *Result) run(update bool) {
	started := time.Now()
	defer func() { r.Duration = Duration(time.Since(started)) }()
	if r.test.Pending() && !update {
		r.Outcome = Pending
		return
	}
	r.Outcome = Passed
	r.Problems = append(r.Problems, r.test.Problems...)
	if len(r.Problems) == 0 {
		got, err := execute(r.test, r.function)
		r.ran, r.loaded = got.ran, got.loaded
		var wrong scriptError
		switch {
		case errors.As(err, &wrong):
			r.Problems = wrong
		case err != nil:
			r.Problems = []Problem{{File: r.File, Message: err.Error()}}
		default:
			for _, v := range got.compare(r.test, update, r.function.Root) {
				r.settle(v, update)
			}
		}
	}
	if len(r.Problems) > 0 {
		r.Outcome = Failed
	}
}

// settle adds the problems of a verdict or, with update, writes what mends them.
func (r *Result) settle(v verdict, update bool) {
	if len(v.problems) == 0 || !update || v.part == "" {
		r.Problems = append(r.Problems, v.problems...)
		return
	}
	if err := r.test.form.write(v.part, v.text, v.instead); err != nil {
		r.Problems = append(r.Problems, Problem{File: r.File, Message: err.Error()})
		return
	}
	r.Outcome = Updated
	if file := r.test.form.file(v.part); !slices.Contains(r.Written, file) {
		r.Written = append(r.Written, file)
	}
}

// given is what a case gave.
type given struct {
	outcomes []outcome // of its invocations
	log      string
	state    string              // JSON lines
	ran      []StatementCoverage // Times and Lost of each statement
	loaded   bool                // the handler was
}

// outcome is what an invocation gave.
type outcome struct {
	response string          // JSON
	err      *handlers.Error // nil if there is a response
}

// execution is a case that is being run.
type execution struct {
	*Case
	env     *project.Environment
	config  handlers.Config
	timeout time.Duration
	storage storage
	log     strings.Builder
	given   given
	overrun chan *handlers.Error // the error of an invocation that does not return
}

// execute runs a case. An error is a fault of the case, such as a script that fails, or of
// the runtime. An invocation that does not return keeps its goroutine: it is the last of
// the case, and the rest get its error.
func execute(c *Case, fn project.Function) (given, error) {
	e := &execution{Case: c, timeout: cmp.Or(c.Timeout, fn.Timeout), storage: storage{root: fn.Root}, overrun: make(chan *handlers.Error, 1)}
	if err := e.configure(fn); err != nil {
		return given{}, err
	}
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("the runtime panicked: %v\n%s", p, debug.Stack())
			}
		}()
		done <- e.run()
	}()
	select {
	case err := <-done:
		e.given.log = e.storage.names().Replace(e.log.String())
		return e.given, errors.Join(err, os.RemoveAll(e.storage.folder))
	case failed := <-e.overrun:
		missing := len(e.Invocations) - len(e.given.outcomes)
		outcomes := append(slices.Clip(e.given.outcomes), slices.Repeat([]outcome{{err: failed}}, missing)...)
		return given{outcomes: outcomes}, os.RemoveAll(e.storage.folder)
	}
}

// requestID is that of the nth invocation: it does not vary.
func requestID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// configure sets up what the handler is loaded with.
func (e *execution) configure(fn project.Function) (err error) {
	variable := func(name string) (string, bool) { value, ok := e.Variables[name]; return value, ok }
	e.env = fn.Environment(variable, requestID(0), cmp.Or(e.Clock, time.Now()))
	e.env.Processes = e.processes
	if e.config, err = e.env.Config(); err != nil {
		return err
	}
	e.config.LookupEnv = e.Context.over(e.config.LookupEnv)
	e.config.Now, e.config.Rapid = e.Clock, true
	e.config.Overrun = func(_ *handlers.Invocation, err *handlers.Error) { e.overrun <- err }
	e.config.Log = func(_ string, level engine.Level, message, fields string) { // as sqlambda invoke prints it
		text := strings.TrimSuffix(message+" "+fields, " ")
		fmt.Fprintf(&e.log, "%-5s %s\n", level, strings.ReplaceAll(text, "\n", "\n      "))
	}
	e.config.Open = func(c engine.Config) (engine.Conn, error) {
		if e.Seed != nil {
			var seed [32]byte
			binary.BigEndian.PutUint64(seed[:], uint64(*e.Seed))
			c.Random = rand.NewChaCha8(seed)
		}
		return e.storage.open(c, e.Database, e.config)
	}
	return nil
}

// processes are the variables of the case's processes. What they put into the folder for
// temporary files is removed after the case.
func (e *execution) processes() []string {
	list := []string{"TMPDIR=" + filepath.Dir(e.storage.own("/tmp/any"))}
	for name, value := range e.Variables {
		list = append(list, name+"="+value)
	}
	return list
}

// run loads the handler, gives it the events and asks for the state. A handler that
// cannot be loaded answers each event with that error, as in Lambda.
func (e *execution) run() (err error) {
	h, err := handlers.Load(e.config)
	if e.storage.unprepared != nil {
		return e.storage.unprepared
	}
	if err != nil {
		e.given.outcomes = slices.Repeat([]outcome{{err: e.initFailure(err)}}, len(e.Invocations))
		return nil
	}
	e.given.loaded = true
	defer func() { err = errors.Join(err, h.Close()) }()
	for n, i := range e.Invocations {
		response, err := h.Invoke(e.invocation(n+1, i))
		o := outcome{response: e.storage.names().Replace(string(response))} // programs see the names that files have on this machine
		if err != nil {
			o.err = e.failure(err)
		}
		e.given.outcomes = append(e.given.outcomes, o)
	}
	explainer := explain.Of(h.Conn)
	for _, s := range h.Steps {
		ran := StatementCoverage{Times: s.Runs}
		if explainer != nil && s.Runs > 0 && e.storage.main == "" {
			if explained, err := explainer.Explain(s.Text.Text); err == nil {
				ran.Lost = explained.Writes(explain.Lost)
			}
		}
		e.given.ran = append(e.given.ran, ran)
	}
	return e.askState(h.Conn)
}

// initFailure is why the handler cannot be loaded.
func (e *execution) initFailure(err error) *handlers.Error {
	failed := e.failure(err)
	for i, p := range failed.Problems {
		if p.Hint == "" && len(e.Database) > 0 && strings.HasSuffix(p.Message, " already exists") {
			failed.Problems[i].Hint = databaseFile + " has made it: it runs before init.sql, which runs before what comes before a file's first name"
		}
	}
	return failed
}

// failure is an error of the handler, which has no others, as it is on every machine: files
// have the names that the function knows.
func (e *execution) failure(err error) *handlers.Error {
	failed, names := *err.(*handlers.Error), e.storage.names()
	failed.Message, failed.Problems = names.Replace(failed.Message), slices.Clone(failed.Problems)
	for i := range failed.Problems {
		failed.Problems[i].Message = names.Replace(failed.Problems[i].Message)
	}
	return &failed
}

// invocation is the nth invocation.
func (e *execution) invocation(n int, i Invocation) *handlers.Invocation {
	return &handlers.Invocation{
		RequestID:       cmp.Or(e.Context.RequestID, requestID(n)),
		FunctionARN:     cmp.Or(e.Context.FunctionARN, e.env.FunctionARN()),
		TraceID:         cmp.Or(e.Context.TraceID, e.env.Get("_X_AMZN_TRACE_ID")),
		CognitoIdentity: string(e.Context.Identity),
		ClientContext:   string(e.Context.ClientContext),
		TenantID:        e.Context.TenantID,
		Deadline:        cmp.Or(e.Clock, time.Now()).Add(e.timeout).UnixMilli(),
		Event:           []byte(i.Event.Text),
	}
}

// askState asks for the state of the database.
func (e *execution) askState(conn engine.Conn) error {
	if e.StateQuery == nil {
		return nil
	}
	conn.SetDeadline(time.Now().Add(longestInit))
	const head = "-- name: main :many\n" // whatever the text says by itself
	var rows []byte
	h, err := load(e.config, conn, map[string]string{"state.sql": head + e.StateQuery.Text})
	if err == nil {
		rows, err = h.Invoke(&handlers.Invocation{Event: []byte("null")})
	}
	if err != nil {
		return newScriptError(e.StateQuery, err, 1)
	}
	for _, row := range gjson.ParseBytes(rows).Array() {
		e.given.state += compact(row.Raw) + "\n"
	}
	return nil
}

// scriptError is the error of a script that belongs to the case: its problems, each at its
// place in the script.
type scriptError []Problem

func (e scriptError) Error() string { return e[0].Message }

// newScriptError is the error of a script that was run with lines of ours before it.
func newScriptError(script *Part, err error, before int) error {
	var failed *handlers.Error
	if !errors.As(err, &failed) {
		return err
	}
	var list scriptError
	for _, p := range failed.Problems {
		problem := script.problem(p.Text())
		problem.Line += max(p.Line-before-1, 0)
		if script.Name == databaseFile && strings.Contains(p.Message, "no such table") {
			problem.Message += "; " + databaseFile + " begins with an empty database, and runs before init.sql"
		}
		list = append(list, problem)
	}
	return list
}
