package local

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
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
	if err := f.lambda.ctx.Err(); err != nil {
		return nil, errors.New("sqlambda dev ends")
	}
	api, err := runtimehost.NewServer(nil)
	if err != nil {
		return nil, err
	}
	command := f.command(uuid.NewString())
	log, err := newFunctionLog(f, jsonLogs(command.Env))
	if err != nil {
		api.Close()
		return nil, err
	}
	command.Stdout, command.Stderr = log.pipe, log.pipe
	e := &environment{fn: f, api: api, log: log}
	log.begin(inv)
	began := time.Now()
	if e.process, err = api.Start(command); err != nil {
		log.close()
		api.Close()
		return nil, fmt.Errorf("cannot start the runtime: %w", err)
	}
	f.lambda.owned.Go(func() {
		e.process.Wait(context.Background())
		log.close()
		api.Close()
	})
	e.awaitInit(inv, began)
	return e, nil
}

// command is the bootstrap with the function's environment.
func (f *function) command(id string) *exec.Cmd {
	program := f.lambda.Bootstrap
	command := exec.Command(program[0], program[1:]...)
	command.Dir = f.Root
	command.Env = f.environ(id)
	command.SysProcAttr = ownProcess()
	return command
}

// awaitInit waits for the init to end, and for the log that it left.
func (e *environment) awaitInit(inv *invocation, began time.Time) {
	ctx, cancel := context.WithTimeout(e.fn.lambda.ctx, initTime)
	defer cancel()
	err := e.api.WaitReady(ctx)
	e.init, e.asked = time.Since(began), 1
	if err == nil {
		return
	}
	var failed *runtimehost.InitError
	switch {
	case errors.As(err, &failed):
		e.end(endTime)
		e.failed = &outcome{payload: failed.Payload, failed: true, status: "error", kind: failed.ErrorType, broken: true}
	case errors.Is(err, context.DeadlineExceeded):
		e.end(0)
		e.failed = inv.timedOut(initTime)
		e.fn.lambda.Log.Warn(fmt.Sprintf("the init of %s did not end within %s, which is the time that Lambda gives it: look at init.sql and at the statements before the first query", e.fn.Name, initTime))
	default: // it has ended, or all ends
		e.end(0)
		e.failed = e.exited(inv)
	}
	e.log.flush()
	e.log.platform(initFailed(e.failed, e.init))
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
	e.log.platform(started(inv.id))
	began := time.Now()
	out := e.failed
	if out == nil {
		out = e.answer(inv)
	}
	took := time.Since(began)
	e.log.flush()
	if out.status == "timeout" {
		e.log.platform(overdue(inv.id, out.after))
	}
	e.log.platform(ended(inv.id))
	e.log.platform(reported(inv.id, out, metrics{
		Milliseconds: milliseconds(took),
		Init:         milliseconds(e.init),
		Billed:       int(math.Ceil(float64(took+e.init) / float64(time.Millisecond))),
		Size:         e.fn.MemoryMB,
		Used:         e.peakMB,
	}))
	e.init = 0 // it is part of the first invocation's report
	out.log = e.log.tail()
	return out
}

// answer waits for the outcome, or makes the one that Lambda would.
func (e *environment) answer(inv *invocation) *outcome {
	deadline := time.Now().Add(e.fn.Timeout)
	ctx, cancel := context.WithDeadline(e.fn.lambda.ctx, deadline)
	defer cancel()
	stopWatch := e.watchMemory()
	result, err := e.api.Invoke(ctx, runtimehost.Invocation{
		RequestID: inv.id, Payload: inv.payload, Deadline: deadline, FunctionARN: inv.arn,
		TraceID: inv.traceID, ClientContext: inv.clientContext, TenantID: inv.tenantID,
	})
	e.asked++
	tooLarge := stopWatch()
	switch {
	case tooLarge:
		e.end(0)
		return inv.outOfMemory()
	case err == nil:
		return &outcome{payload: result.Payload, failed: result.FunctionError, status: "success"}
	case errors.Is(err, context.DeadlineExceeded):
		e.end(0)
		return inv.timedOut(e.fn.Timeout)
	default: // it has ended, or all ends
		e.end(0)
		return e.exited(inv)
	}
}

// exited is the outcome of an invocation whose process has ended.
func (e *environment) exited(inv *invocation) *outcome {
	e.process.Wait(context.Background())
	return inv.exited(e.process.State())
}

func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(10*time.Microsecond)) / 100
}

// stop ends the process in its own time.
func (e *environment) stop() { e.fn.lambda.owned.Go(func() { e.terminate() }) }

// terminate ends the process as Lambda does: SIGTERM, so that it can close its database, then
// SIGKILL.
func (e *environment) terminate() {
	if e.process.Signal(syscall.SIGTERM) != nil && e.process.State() == nil {
		e.process.Signal(os.Kill)
	}
	e.end(stopTime)
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
