package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"sqlambda/internal/lambdatest"
)

// runtime is the custom runtime to check, and its handlers.
type runtime struct {
	command   string
	arguments []string
	root      string
	output    io.Writer // nil: nobody reads what the runtime writes
	patience  time.Duration

	echo, fail, missing string
	context, stream     string // empty: not given
}

// outcome is what a check has found.
type outcome string

const (
	kept       outcome = "kept"
	broken     outcome = "broken"
	leftOut    outcome = "left out" // an optional rule that is not kept
	notChecked outcome = "not checked"
)

// result is the outcome of a rule.
type result struct {
	Group   string  `json:"group"`
	Page    string  `json:"page"`
	Rule    string  `json:"rule"`
	Outcome outcome `json:"outcome"`
	Reason  string  `json:"reason,omitempty"`
}

// check checks all rules, one after the other.
func (r *runtime) check() []result {
	var results []result
	for _, group := range groups {
		for _, rule := range group.rules {
			outcome, reason := r.checkRule(rule)
			results = append(results, result{group.name, rule.page, rule.name, outcome, reason})
		}
	}
	return results
}

// loads says whether the runtime reports that it cannot load the echo handler: then no rule could
// be checked. What else may be wrong with it is for the rules.
func (r *runtime) loads() error {
	t, err := newTrial(r)
	if err != nil {
		return err
	}
	defer t.close()
	if err := t.start(r.echo); err != nil {
		return err
	}
	ctx, cancel := t.wait()
	defer cancel()
	_, err = t.server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`{}`)})
	if failed := new(lambdatest.InitError); errors.As(err, &failed) {
		return fmt.Errorf("the handler %s (-echo) does not load: %.200s", r.echo, failed.Payload)
	}
	return nil
}

// errNotGiven says that a rule needs a handler which was not named.
type errNotGiven string

func (e errNotGiven) Error() string { return "it needs a handler: -" + string(e) }

// checkRule checks a rule with a server and processes of its own.
func (r *runtime) checkRule(rule rule) (outcome, string) {
	t, err := newTrial(r)
	if err != nil {
		return notChecked, err.Error()
	}
	defer t.close()
	err = rule.check(t)
	var missing errNotGiven
	switch {
	case err == nil:
		return kept, ""
	case errors.As(err, &missing):
		return notChecked, err.Error()
	case rule.optional:
		return leftOut, err.Error()
	}
	return broken, err.Error()
}

// trial is a runtime's process with a Runtime API of its own.
type trial struct {
	*runtime
	server  *lambdatest.Server
	process *lambdatest.Process
}

func newTrial(r *runtime) (*trial, error) {
	server, err := lambdatest.NewServer()
	return &trial{runtime: r, server: server}, err
}

// close ends the process and the server.
func (t *trial) close() {
	if t.process != nil {
		t.process.Kill()
	}
	t.server.Close()
}

// start starts the runtime with a handler.
func (t *trial) start(handler string, environment ...string) (err error) {
	command := exec.Command(t.command, t.arguments...)
	command.Dir = t.root
	command.Stdout, command.Stderr = t.output, t.output
	command.Env = append(append(os.Environ(),
		"LAMBDA_TASK_ROOT="+t.root,
		"LAMBDA_RUNTIME_DIR="+t.root,
		"_HANDLER="+handler,
		"AWS_REGION=us-east-1",
		"AWS_LAMBDA_FUNCTION_NAME=conformance",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/conformance",
		"AWS_LAMBDA_LOG_STREAM_NAME=2026/01/01/[$LATEST]0",
	), environment...)
	if t.process, err = t.server.Start(command); err != nil {
		return fmt.Errorf("the bootstrap cannot be started: %w", err)
	}
	return nil
}

// wait returns a context for one step.
func (t *trial) wait() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), t.patience)
}

// asked waits until an endpoint was called n times.
func (t *trial) asked(endpoint lambdatest.Endpoint, n int, what string) error {
	ctx, cancel := t.wait()
	defer cancel()
	if err := t.server.WaitRequests(ctx, endpoint, n); err != nil {
		return fmt.Errorf("%s: %w", what, short(err, t.patience))
	}
	return nil
}

// pause lets a while pass in which nothing happens: that is what is checked.
func (t *trial) pause() { time.Sleep(min(t.patience/2, 3*time.Second)) }

// ended waits for the end of the process.
func (t *trial) ended(after string) error {
	ctx, cancel := t.wait()
	defer cancel()
	if err := t.process.Wait(ctx); errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("it still runs %s after %s", t.patience, after)
	}
	return nil
}

// invoke returns the outcome of an event.
func (t *trial) invoke(invocation lambdatest.Invocation) (lambdatest.Outcome, error) {
	ctx, cancel := t.wait()
	defer cancel()
	outcome, err := t.server.Invoke(ctx, invocation)
	return outcome, short(err, t.patience)
}

// short is the error of a wait in plain words.
func short(err error, patience time.Duration) error {
	var failed *lambdatest.InitError
	switch {
	case errors.As(err, &failed):
		return fmt.Errorf("the init failed: %.200s", failed.Payload)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("nothing came within %s", patience)
	}
	return err
}
