package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Serve calls the handlers with invocations, each in a goroutine (the first in the caller's) and
// over a connection of its own, until one of two things happens:
//
//   - SIGTERM: the invocations in flight end, onStop is called, and Serve returns what
//     that returns, which it has logged. A second SIGTERM ends the process at once.
//   - a fatal error: the Runtime API answered with a status it should not, or not at
//     all, or a handler's error was fatal, as a panic is. The invocations in flight of
//     other handlers end, and Serve returns the error, which it has logged. The process is
//     to end with a status other than 0; Lambda starts another one.
//
// A handler that does not return keeps Serve from returning: see [Invocation.Abandon].
//
// There are to be as many handlers as [Environment.Workers].
//
// OnStop is nil where nothing is to be closed. Then SIGTERM is left to end the process
// as it does by default. Lambda sends it only to functions with an extension, so where
// there is an onStop, an internal extension is registered.
func (r *Runtime) Serve(handlers []Handler, onStop func() error) error {
	if len(handlers) == 0 {
		return errors.New("runtimeapi: Serve was given no handler")
	}
	s := r.newService(handlers)
	if onStop == nil {
		return s.run()
	}
	extension, err := r.registerExtension()
	if err != nil {
		r.Log.Log(LevelWarn, "", "Lambda will not say when to close what is open: "+err.Error(), nil)
	} else {
		defer extension.closeConn()
	}
	terminated, end := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer end()
	defer context.AfterFunc(terminated, func() {
		end() // the Runtime API may stall: another SIGTERM does what it does by default
		s.stop()
	})()
	if err := s.run(); err != nil {
		return err
	}
	if err := onStop(); err != nil {
		r.Log.Log(LevelFatal, "", "closing what was open: "+err.Error(), nil)
		return err
	}
	return nil
}

// service is one run of Serve: its workers, and why it ends.
type service struct {
	*Runtime
	workers []*worker
	running sync.WaitGroup // the workers that have not ended
	once    sync.Once
	fatal   error // the first one
}

func (r *Runtime) newService(handlers []Handler) *service {
	s := &service{Runtime: r, workers: make([]*worker, len(handlers))}
	for i, handler := range handlers {
		w := &worker{client: r.newClient(), service: s, handler: handler}
		w.invocation.worker = w
		s.workers[i] = w
	}
	return s
}

// run runs the workers until they are stopped, which is nil, or one fails, which stops
// the others.
func (s *service) run() error {
	os.Unsetenv("_X_AMZN_TRACE_ID")
	s.running.Add(len(s.workers))
	work := func(w *worker) {
		defer s.running.Done()
		if err := w.run(); err != errStopped {
			s.fail(err)
		}
	}
	for _, w := range s.workers[1:] {
		go work(w)
	}
	work(s.workers[0]) // mostly the only one: it needs no goroutine, and so no thread
	s.running.Wait()
	return s.fatal
}

// stop ends the workers, each after the invocation that it has in flight.
func (s *service) stop() {
	for _, w := range s.workers {
		w.stop()
	}
}

// fail stops the workers because of an error, which is logged if it is the first.
func (s *service) fail(err error) {
	s.once.Do(func() {
		s.fatal = err
		s.Log.Log(LevelFatal, "", err.Error(), nil)
	})
	s.stop()
}

// Abandon reports err as the outcome of an invocation whose handler does not return, and then
// ends the process with status 1, as nothing else ends the handler's goroutine. What
// watches over the handler calls it while the handler runs. Where the handler has
// returned, its own outcome counts, and Abandon returns without having done anything.
//
// No worker takes another invocation, and those in flight of other workers end first.
// Serve's onStop is not called: the handler may be using what it would close.
func (i *Invocation) Abandon(err error) {
	if i.worker.state.CompareAndSwap(handling, abandoned) {
		i.worker.service.abandon(i, asError(err, FunctionUnknown))
	}
}

// abandon does not return.
func (s *service) abandon(i *Invocation, e *Error) {
	s.stop()
	err := s.report(s.newClient(), i, e)
	if err == nil {
		err = fmt.Errorf("the handler of %s does not return", i.RequestID)
	}
	s.fail(err)
	s.running.Done()
	s.running.Wait()
	os.Exit(1)
}
