package bootstrap

import (
	"errors"

	"sqlambda/engine"
	"sqlambda/handlers"
	"sqlambda/runtimeapi"
)

// workers are the handler, once for each, with a database connection of its own.
type workers []*worker

// load loads the handler for n workers. Connections that write do so one after another.
func load(config handlers.Config, n int) (all workers, err error) {
	var turn chan struct{}
	if n > 1 {
		turn = make(chan struct{}, 1)
	}
	open := config.Open
	config.Open = func(c engine.Config) (engine.Conn, error) {
		c.Turn = turn
		return open(c)
	}
	for range n {
		w := &worker{}
		config.Overrun = w.overrun
		if w.handler, err = handlers.Load(config); err != nil {
			all.close()
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

// close closes the databases.
func (all workers) close() error {
	var failures []error
	for _, w := range all {
		failures = append(failures, w.handler.Close())
	}
	return errors.Join(failures...)
}

// worker calls a handler for package runtimeapi.
type worker struct {
	handler    *handlers.Handler
	invocation handlers.Invocation
	of         *runtimeapi.Invocation
}

// Invoke returns the handler that package runtimeapi calls. It has no Overrun.
func Invoke(h *handlers.Handler) runtimeapi.Handler { return (&worker{handler: h}).invoke }

func (w *worker) invoke(inv *runtimeapi.Invocation) ([]byte, error) {
	w.of = inv
	w.invocation = handlers.Invocation{
		RequestID:       inv.RequestID,
		FunctionARN:     inv.InvokedFunctionARN,
		TraceID:         inv.TraceID,
		TenantID:        inv.TenantID,
		ClientContext:   inv.ClientContext,
		CognitoIdentity: inv.CognitoIdentity,
		Deadline:        inv.DeadlineMs,
		Event:           inv.Payload,
	}
	response, err := w.handler.Invoke(&w.invocation)
	if err != nil {
		return nil, reported(err)
	}
	return response, nil
}

// overrun reports a statement that does not end, and ends the process.
func (w *worker) overrun(_ *handlers.Invocation, err *handlers.Error) { w.of.Abandon(reported(err)) }

// reported converts a handler's error to the one that the Runtime API gets.
func reported(err error) error {
	var e *handlers.Error
	if !errors.As(err, &e) {
		return err
	}
	return &runtimeapi.Error{Type: e.Type, Message: e.Message, StackTrace: e.Stack, Detail: e.Excerpt, Cause: e, Fatal: e.Fatal}
}
