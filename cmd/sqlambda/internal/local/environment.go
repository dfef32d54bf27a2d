package local

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"syscall"
	"time"

	"github.com/google/uuid"

	"sqlambda/internal/runtimehost"
)

// Limits of an environment.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
const (
	initTime = 10 * time.Second // for its init
	stopTime = 2 * time.Second  // between SIGTERM and SIGKILL
	idleTime = 5 * time.Minute  // without an invocation, before it ends
	endTime  = 2 * time.Second  // for a process to do what comes after its report or its answer

	memoryCheck = 50 * time.Millisecond // between two looks at the memory of a process
)

// environment is an execution environment: a process that runs the bootstrap against a
// Runtime API of its own. One goroutine at a time uses it.
type environment struct {
	fn      *function
	api     *runtimehost.Server
	process *runtimehost.Process
	log     *functionLog
	peakMB  int           // the most memory it has had; 0 if that is not known
	asked   int           // how often it has asked for an invocation
	init    time.Duration // of an init that was not reported yet
	failed  *outcome      // of an init that failed
	expiry  *time.Timer
}

// start starts an environment for an invocation and waits for its init. If the init fails,
// the environment has the invocation's outcome; an error says that no process started.
func (f *function) start(inv *invocation) (*environment, error) {
	api, err := runtimehost.NewServer(nil)
	if err != nil {
		return nil, err
	}
	program, variables := f.lambda.Bootstrap, f.environ(uuid.NewString())
	log, err := newFunctionLog(f, variables)
	if err != nil {
		api.Close()
		return nil, err
	}
	log.begin(inv)
	command := exec.Command(program[0], program[1:]...)
	command.Dir, command.SysProcAttr = f.Root, ownProcess()
	command.Stdout, command.Stderr = log.pipe, log.pipe
	for name, value := range variables {
		command.Env = append(command.Env, name+"="+value)
	}
	e := &environment{fn: f, api: api, log: log, asked: 1}
	began := time.Now()
	if e.process, err = api.Start(command); err != nil {
		log.pipe.Close()
		api.Close()
		return nil, fmt.Errorf("cannot start the runtime: %w", err)
	}
	f.lambda.owned.Go(func() {
		e.process.Wait(context.Background())
		log.pipe.Close()
		api.Close()
	})
	e.awaitInit(inv, began)
	return e, nil
}

// awaitInit waits for the init to end, and for the log that it left.
func (e *environment) awaitInit(inv *invocation, began time.Time) {
	ctx, cancel := context.WithTimeout(e.fn.lambda.ctx, initTime)
	defer cancel()
	err := e.api.WaitReady(ctx)
	e.init = time.Since(began)
	if err == nil {
		return
	}
	if failed, ok := errors.AsType[*runtimehost.InitError](err); ok {
		e.end(endTime)
		e.failed = &outcome{payload: failed.Payload, failed: true, status: "error", kind: failed.ErrorType, broken: true}
	} else {
		e.failed = e.cut(inv, err, initTime)
	}
	if e.failed.kind == timedOut {
		e.fn.lambda.Log.Warn(fmt.Sprintf("the init of %s did not end within %s, which is the time that Lambda gives it: look at init.sql and at the statements before the first query", e.fn.Name, initTime))
	}
	e.log.flush()
	m := &metrics{Milliseconds: milliseconds(e.init)}
	e.log.platform("platform.initReport",
		fmt.Sprintf("INIT_REPORT Init Duration: %.2f ms\tPhase: init\tStatus: %s\tError Type: %s\n", m.Milliseconds, e.failed.status, e.failed.kind),
		&platformRecord{Initialization: "on-demand", Phase: "init", Status: e.failed.status, ErrorType: e.failed.kind, Metrics: m})
}

// ready reports whether the process waits for an invocation, which it may do only some
// time after it has answered the last one.
func (e *environment) ready() bool {
	ctx, cancel := context.WithTimeout(e.fn.lambda.ctx, endTime)
	defer cancel()
	return e.process.State() == nil && e.api.WaitRequests(ctx, runtimehost.Next, e.asked) == nil
}

// invoke has the process answer an invocation.
func (e *environment) invoke(inv *invocation) *outcome {
	e.log.begin(inv)
	e.log.platform("platform.start", fmt.Sprintf("START RequestId: %s Version: %s\n", inv.RequestID, latest),
		&platformRecord{ID: inv.RequestID, Version: latest})
	began := time.Now()
	out := e.failed
	if out == nil {
		out = e.answer(inv)
	}
	took := time.Since(began)
	e.log.flush()
	if out.kind == timedOut {
		e.log.platform("", fmt.Sprintf("%s %s %s\n\n", now(), inv.RequestID, out.message), nil)
	}
	e.log.platform("", "END RequestId: "+inv.RequestID+"\n", nil)
	m := &metrics{
		Milliseconds: milliseconds(took),
		Init:         milliseconds(e.init),
		Billed:       int(math.Ceil(float64(took+e.init) / float64(time.Millisecond))),
		Size:         e.fn.MemoryMB,
		Used:         e.peakMB,
	}
	e.log.platform("platform.report", m.report(inv.RequestID, out),
		&platformRecord{ID: inv.RequestID, Status: out.status, ErrorType: out.kind, Metrics: m})
	e.init = 0 // it is part of the first invocation's report
	out.log = e.log.tail()
	return out
}

// answer waits for the outcome, or makes the one that Lambda would.
func (e *environment) answer(inv *invocation) *outcome {
	inv.Deadline = time.Now().Add(e.fn.Timeout)
	ctx, cancel := context.WithDeadline(e.fn.lambda.ctx, inv.Deadline)
	defer cancel()
	var result runtimehost.Outcome
	var err error
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		result, err = e.api.Invoke(ctx, inv.Invocation)
	}()
	e.asked++
	for running := true; running; {
		select {
		case <-answered:
			running = false
		case <-time.After(memoryCheck):
		}
		if bytes, err := e.process.PeakBytes(); err == nil {
			e.peakMB = max(e.peakMB, int((bytes+1<<20-1)>>20))
		}
		if e.peakMB > e.fn.MemoryMB {
			e.end(0)
			return inv.failure(outOfMemory, "Runtime exited with error: signal: killed")
		}
	}
	if err != nil {
		return e.cut(inv, err, e.fn.Timeout)
	}
	return &outcome{payload: result.Payload, failed: result.FunctionError, status: "success"}
}

// cut ends the process, and returns the outcome that Lambda makes for one that gave none in
// its time.
func (e *environment) cut(inv *invocation, err error, limit time.Duration) *outcome {
	e.end(0)
	switch state := e.process.State(); {
	case errors.Is(err, context.DeadlineExceeded):
		return inv.failure(timedOut, fmt.Sprintf("Task timed out after %.2f seconds", limit.Seconds()))
	case state.Success():
		return inv.failure(exitError, "Runtime exited without providing a reason")
	default:
		return inv.failure(exitError, "Runtime exited with error: "+state.String())
	}
}

// stop has the process end in its own time, as Lambda does: SIGTERM, so that it can close
// its database, then SIGKILL.
func (e *environment) stop() {
	e.fn.lambda.owned.Go(func() {
		patience := stopTime
		if e.process.Signal(syscall.SIGTERM) != nil { // it has ended, or the system has no such signal
			patience = 0
		}
		e.end(patience)
	})
}

// end gives the process some time to end by itself.
func (e *environment) end(after time.Duration) {
	ctx, cancel := context.WithTimeout(e.fn.lambda.ctx, after)
	defer cancel()
	e.process.Wait(ctx)
	if e.process.State() == nil {
		e.process.Kill()
	}
}
