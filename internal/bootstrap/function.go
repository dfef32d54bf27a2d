package bootstrap

import (
	"errors"

	"sqlambda/engine"
	"sqlambda/handlers"
	"sqlambda/runtimeapi"
)

// function is the handler, once for each worker.
type function struct {
	config   handlers.Config
	handlers []*handlers.Handler
}

// load loads the handler once for each of n workers, with a database connection of its own.
func (f *function) load(n int) ([]runtimeapi.Handler, error) {
	if n > 1 {
		f.config.Open = inTurn(f.config.Open)
	}
	workers := make([]runtimeapi.Handler, 0, n)
	for range n {
		w := &worker{}
		config := f.config
		config.Overrun = w.overrun
		h, err := handlers.Load(config)
		if err != nil {
			return nil, err
		}
		f.handlers = append(f.handlers, h)
		w.handler = h
		workers = append(workers, w.invoke)
	}
	return workers, nil
}

// inTurn opens connections that write one after another.
func inTurn(open func(engine.Config) (engine.Conn, error)) func(engine.Config) (engine.Conn, error) {
	turn := make(chan struct{}, 1)
	return func(config engine.Config) (engine.Conn, error) {
		config.Turn = turn
		return open(config)
	}
}

// writable reports whether there is a database to close before the process ends.
func (f *function) writable() bool {
	return len(f.handlers) > 0 && f.handlers[0].Conn.Writable()
}

// close closes the databases.
func (f *function) close() error {
	var failures []error
	for _, h := range f.handlers {
		failures = append(failures, h.Close())
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
