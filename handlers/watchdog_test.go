package handlers_test

import (
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

// slowConn is a connection whose statement 'slow' waits, and which tells of interruptions.
type slowConn struct {
	engine.Conn
	step      func() error // in the place of the first Step of a SELECT 'slow'
	end       func()       // before End
	interrupt chan struct{}
	ended     chan bool
}

func (c *slowConn) Prepare(text string) (engine.Stmt, error) {
	stmt, err := c.Conn.Prepare(text)
	if err == nil && strings.Contains(text, "'slow'") {
		return &slowStmt{stmt, c}, nil
	}
	return stmt, err
}

func (c *slowConn) Interrupt() {
	select {
	case c.interrupt <- struct{}{}:
	default:
	}
}

func (c *slowConn) End(commit bool) error {
	if c.end != nil {
		c.end()
	}
	err := c.Conn.End(commit)
	c.ended <- commit
	return err
}

type slowStmt struct {
	engine.Stmt
	conn *slowConn
}

func (s *slowStmt) Step() (bool, error) {
	if err := s.conn.step(); err != nil {
		return false, err
	}
	return s.Stmt.Step()
}

// slow loads a handler that writes a row and then runs SELECT 'slow'.
func slow(t *testing.T, conn *slowConn, overrun func(*handlers.Invocation, *handlers.Error)) *testFunction {
	f := newFunction(t)
	f.timeout = 200 * time.Millisecond
	f.add("main.sql", "CREATE TABLE t(x);\n-- name: main :many\nINSERT INTO t VALUES (1);\nSELECT 'slow';\nSELECT count(*) FROM t;")
	config := f.config("main")
	config.Overrun = overrun
	config.Open = func(c engine.Config) (engine.Conn, error) {
		var err error
		conn.Conn, err = sqlite.Open(c)
		return conn, err
	}
	conn.interrupt, conn.ended = make(chan struct{}, 1), make(chan bool, 1)
	h, err := handlers.Load(config)
	if err != nil {
		t.Fatal(err)
	}
	f.handler = h
	return f
}

// TestInterruptRepeats: an interruption that is lost is followed by another one.
func TestInterruptRepeats(t *testing.T) {
	conn := &slowConn{}
	conn.step = func() error {
		for range 3 {
			<-conn.interrupt
		}
		return &engine.Failure{Interrupted: true}
	}
	f := slow(t, conn, nil)
	for range 2 { // the timer goes on to the next deadline
		_, err := f.invoke("{}")
		if e := asError(t, err); e.Type != handlers.Timeout || e.Stack[0] != "main.sql:4:1 (main)" {
			t.Errorf("the error is %v at %v", e, e.Stack)
		}
		if <-conn.ended {
			t.Error("what was interrupted is committed")
		}
	}
}

// TestFarDeadline: a deadline that is centuries ahead does not keep the next one from being
// watched.
func TestFarDeadline(t *testing.T) {
	conn := &slowConn{step: func() error { return nil }}
	f := slow(t, conn, nil)
	for time.Since(processStarted) < deadlineMargin { // then sums overflow
		runtime.Gosched()
	}
	if _, err := f.handler.Invoke(&handlers.Invocation{Event: []byte("{}"), Deadline: math.MaxInt64}); err != nil || !<-conn.ended {
		t.Fatal(err)
	}
	conn.step = func() error {
		select {
		case <-conn.interrupt:
			return &engine.Failure{Interrupted: true}
		case <-time.After(20 * time.Second):
			return nil
		}
	}
	_, err := f.invoke("{}")
	if e := asError(t, err); e.Type != handlers.Timeout {
		t.Error(err)
	}
}

var processStarted = time.Now()

const deadlineMargin = 100 * time.Millisecond

// TestOverrun: an invocation that looks at no interruption is reported before its deadline;
// nothing of it is committed, and Invoke does not return.
func TestOverrun(t *testing.T) {
	conn, stuck := &slowConn{}, make(chan struct{})
	conn.step = func() error { <-stuck; return nil }
	overrun := make(chan *handlers.Error, 1)
	f := slow(t, conn, func(inv *handlers.Invocation, err *handlers.Error) {
		if inv.RequestID != requestID {
			t.Errorf("the invocation is %s", inv.RequestID)
		}
		overrun <- err
	})
	go func() {
		response, err := f.invoke("{}")
		t.Errorf("Invoke returns %s, %v", response, err)
	}()
	e := <-overrun
	if e.Type != handlers.Timeout || e.Stack[0] != "main.sql:4:1 (main)" || !strings.Contains(e.Message, "the deadline came after the statement had run for") {
		t.Errorf("the error is %v at %v", e, e.Stack)
	}
	close(stuck) // the handler goes on to its end, and stays there
	stacks := make([]byte, 1<<20)
	for !strings.Contains(string(stacks[:runtime.Stack(stacks, true)]), "settle(") {
		runtime.Gosched()
	}
	select {
	case <-conn.ended:
		t.Error("the transaction has been ended")
	default:
	}
	f.handler = nil // which cannot be closed: the process would end
}

// TestSettled: an invocation that has begun to commit is not given up.
func TestSettled(t *testing.T) {
	conn := &slowConn{step: func() error { return nil }}
	f := slow(t, conn, func(*handlers.Invocation, *handlers.Error) { t.Error("the invocation was given up") })
	deadline := time.Now().Add(f.timeout)
	conn.end = func() { time.Sleep(time.Until(deadline) + 100*time.Millisecond) }
	response, err := f.invoke("{}")
	if err != nil || !<-conn.ended {
		t.Errorf("the response is %s, %v", response, err)
	}
}

// TestNothingOutlivesDeadline: whatever a statement or a path does, its invocation is
// answered, if by a process that ends. Each case is one of its own.
func TestNothingOutlivesDeadline(t *testing.T) {
	cases := map[string]struct{ sql, event string }{
		"unhex":     {"SELECT length(unhex(:a, :b || '-'))", letters("-", 3<<20, "_", 2<<20)},
		"trim":      {"SELECT length(trim(:a, :b || 'a'))", letters("a", 2<<20, "bcdefgh", 2<<20)},
		"instr":     {"SELECT instr(:a, :b || 'x')", letters("a", 4<<20, "a", 1<<20)},
		"replace":   {"SELECT length(replace(:a, :b || 'x', ''))", letters("a", 4<<20, "a", 1<<20)},
		"like":      {"SELECT :a LIKE '%' || :b || 'x'", letters("a", 4<<20, "a", 10_000)},
		"glob":      {"SELECT :a GLOB '*' || :b || 'x'", letters("a", 4<<20, "a", 10_000)},
		"regexp":    {"SELECT :a REGEXP '(a?){500}' || :b || '$' FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12]')", letters("a", 1<<20, "b", 1)},
		"snippet":   {"CREATE VIRTUAL TABLE temp.f USING fts5(x);\n-- name: main\nINSERT INTO f VALUES (:a); SELECT snippet(f, 0, '', '', '', 64), :b FROM f WHERE f MATCH 'a'", letters("a ", 1<<20, "a", 1)},
		"highlight": {"CREATE VIRTUAL TABLE temp.f USING fts5(x);\n-- name: main\nINSERT INTO f VALUES (:a); SELECT highlight(f, 0, '<', '>'), :b FROM f WHERE f MATCH 'a'", letters("a ", 1<<20, "a", 1)},
		"fromform":  {"SELECT length($event(a|@fromform)), length($event(a|@fromform|a))", letters("a&", 3<<20, "a", 1)},
		"flatten":   {`SELECT length($event(a|@flatten:{"deep":true}))`, `{"a":` + strings.Repeat("[", 5000) + strings.Repeat("[[[1],[1]],[1]],", 300_000) + "1" + strings.Repeat("]", 5000) + "}"},
		"cpu":       {"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", "{}"},
	}
	if name := os.Getenv("SQLAMBDA_TEST_OVERRUN"); name != "" {
		f := newFunction(t)
		f.timeout = 300 * time.Millisecond
		f.add("main.sql", cases[name].sql)
		config := f.config("main")
		config.Overrun = func(_ *handlers.Invocation, err *handlers.Error) {
			fmt.Println("given up:", err.Type)
			os.RemoveAll(f.root)
			os.RemoveAll(f.tmp)
			os.Exit(0)
		}
		var err error
		if f.handler, err = handlers.Load(config); err != nil {
			t.Fatal(err)
		}
		response, err := f.invoke(cases[name].event)
		fmt.Printf("answered: %.100s %v\n", response, err)
		return
	}
	for name := range cases {
		t.Run(name, func(t *testing.T) {
			command := exec.Command(os.Args[0], "-test.run=^TestNothingOutlivesDeadline$", "-test.timeout=30s")
			command.Env = append(os.Environ(), "SQLAMBDA_TEST_OVERRUN="+name)
			output, err := command.CombinedOutput()
			var exit *exec.ExitError
			if errors.As(err, &exit) || err != nil || !strings.Contains(string(output), ": ") {
				t.Errorf("%v\n%.2000s", err, output)
			}
			t.Logf("%.200s", output)
		})
	}
}

// letters is an event with two texts that repeat a part each.
func letters(a string, na int, b string, nb int) string {
	return `{"a":"` + strings.Repeat(a, na/len(a)) + `","b":"` + strings.Repeat(b, nb/len(b)) + `"}`
}
