package runtimeapi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// Runtime serves a function. Its fields do not change once a method has been called.
type Runtime struct {
	Environment Environment
	// Log receives the errors of invocations and the faults of the Runtime API. If it is nil,
	// nobody gets them.
	Log *Logger
	// Name is the User-Agent and, up to a slash, the name of the extension: "sqlambda/1.0".
	// The default is "runtimeapi".
	Name string
}

// Serve calls the handlers with invocations, each in a goroutine (the first in the caller's) and
// over a connection of its own, until one of two things happens:
//
//   - SIGTERM: the invocations in flight end, Serve calls onStop, and returns its error,
//     which it has logged. A second SIGTERM ends the process at once.
//   - a fatal error: the Runtime API answered with an unexpected status, or not at all, or
//     a handler's error was fatal, as a panic is. The invocations that other handlers have
//     in flight end, and Serve returns the error, which it has logged. The process has to
//     end with a status other than 0; Lambda starts another one.
//
// Serve needs as many handlers as [Environment.Workers] says: with fewer it asks Lambda for fewer
// events at a time, and with none it fails. One that does not return keeps Serve from returning:
// see [Invocation.Abandon].
//
// OnStop is nil if there is nothing to close. Then SIGTERM ends the process as it does by
// default. Lambda sends SIGTERM only to functions with an extension, so if there is an onStop,
// Serve registers an internal extension.
func (r *Runtime) Serve(handlers []Handler, onStop func() error) error {
	if len(handlers) == 0 {
		err := errors.New("runtimeapi: Serve was given no handler")
		r.Log.Log(LevelFatal, "", err.Error(), nil)
		return err
	}
	s := r.newService(handlers)
	if onStop == nil {
		return s.run()
	}
	extension := r.newClient()
	defer extension.closeConn()
	if err := extension.registerExtension(); err != nil {
		r.Log.Log(LevelWarn, "", "Lambda will not say when to close what is open: "+err.Error(), nil)
	}
	terminated, end := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer end()
	defer context.AfterFunc(terminated, func() {
		end() // the Runtime API may stall: a second SIGTERM ends the process
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

// registerExtension registers an internal extension without events: Lambda then sends
// SIGTERM before it ends the execution environment. The connection has to stay open, as the
// request for an event never gets an answer.
func (c *client) registerExtension() error {
	const path = "/2020-01-01/extension/"
	name, _, _ := strings.Cut(c.agent, "/")
	c.begin("POST", path, "register")
	c.header("Lambda-Extension-Name", name)
	if err := c.post([]byte(`{"events":[]}`)); err != nil {
		return fmt.Errorf("%s: %w", &c.request, err)
	}
	id := string(c.value("Lambda-Extension-Identifier"))
	if c.status != 200 || id == "" {
		return c.unexpected()
	}
	// This request tells Lambda that the extension is initialized.
	c.begin("GET", path, "event/next")
	c.header("Lambda-Extension-Identifier", id)
	c.end()
	conn, err := c.open()
	if err == nil {
		_, err = conn.Write(c.head)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", &c.request, err)
	}
	return nil
}

// service is one run of Serve.
type service struct {
	*Runtime
	workers []*worker
	stopped atomic.Bool
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

// run runs the workers until stop, or until one of them fails: it returns the first error.
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
	work(s.workers[0]) // usually the only one: it needs no goroutine, and so no thread
	s.running.Wait()
	return s.fatal
}

// stop ends each worker: at once if it waits, else after the invocation in flight.
func (s *service) stop() {
	s.stopped.Store(true)
	for _, w := range s.workers {
		w.interrupt()
	}
}

// fail stops the workers because of an error, and logs it if it is the first.
func (s *service) fail(err error) {
	s.once.Do(func() {
		s.fatal = err
		s.Log.Log(LevelFatal, "", err.Error(), nil)
	})
	s.stop()
}

// Abandon reports err as the outcome of an invocation whose handler does not return, and then
// ends the process with status 1, since nothing else can end the handler's goroutine. A
// watchdog calls it while the handler runs. If the handler returns first, its own outcome
// counts, and Abandon does nothing. It does nothing either for an invocation that Serve did not
// hand out.
//
// No worker takes another invocation, and the invocations that other workers have in flight end
// first. Serve does not call onStop: the handler may still use what that would close.
func (i *Invocation) Abandon(err error) {
	if i.worker == nil || !i.worker.state.CompareAndSwap(handling, abandoned) {
		return
	}
	s := i.worker.service
	s.stop()
	e := asError(err, FunctionUnknown)
	if stream := i.worker.stream.Load(); stream != nil {
		err = stream.abandon(e)
	} else {
		err = s.postOutcome(s.newClient(), i, nil, e)
	}
	if err == nil {
		err = fmt.Errorf("the handler of %s does not return", i.RequestID)
	}
	s.fail(err)
	s.running.Done()
	s.running.Wait()
	os.Exit(1)
}
