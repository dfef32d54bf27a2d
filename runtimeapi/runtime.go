package runtimeapi

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// Runtime serves a function. Its fields are set before its methods are called and not
// changed after.
type Runtime struct {
	Environment Environment
	// Log takes the errors of invocations, and what goes wrong with the Runtime API.
	Log *Logger
	// Name is sent as User-Agent, and, up to a slash, as the name of the extension:
	// "sqlambda/1.0". Empty, it is "runtimeapi".
	Name string
}

func (r *Runtime) newClient() *client {
	agent := r.Name
	if agent == "" {
		agent = "runtimeapi"
	}
	return &client{address: r.Environment.API, agent: agent}
}

// ReportInitError logs why the function cannot be served and tells Lambda so, by POST
// /runtime/init/error. The process is to end after it, with a status other than 0.
//
// An error that is no [*Error] has the type [RuntimeInitFailed]. The error returned is
// that of the report, which is logged as well.
func (r *Runtime) ReportInitError(err error) error {
	e := asError(err, RuntimeInitFailed)
	r.Log.Error("", e)
	c := r.newClient()
	defer c.closeConn()
	c.begin("POST", runtimePath, "init/error")
	c.header("Lambda-Runtime-Function-Error-Type", headerType(e.Type))
	err = c.post(c.end(e.appendJSON(nil)))
	if err == nil && c.status/100 != 2 {
		err = c.unexpected()
	}
	if err != nil {
		err = fmt.Errorf("reporting that the init failed: %w", err)
		r.Log.Log(LevelFatal, "", err.Error(), nil)
	}
	return err
}

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
// There are to be as many handlers as [Environment.Workers].
//
// OnStop is nil where nothing is to be closed. Then SIGTERM is left to end the process
// as it does by default. Lambda sends it only to functions with an extension, so where
// there is an onStop, an internal extension is registered.
func (r *Runtime) Serve(handlers []Handler, onStop func() error) error {
	if len(handlers) == 0 {
		return errors.New("runtimeapi: Serve was given no handler")
	}
	workers := make([]*worker, len(handlers))
	for i, handler := range handlers {
		workers[i] = &worker{client: *r.newClient(), runtime: r, handler: handler}
	}
	stop := func() {
		for _, w := range workers {
			w.stop()
		}
	}
	if onStop == nil {
		return r.run(workers, stop)
	}
	extension, err := r.registerExtension()
	if err != nil {
		r.Log.Log(LevelWarn, "", "Lambda will not say when to close what is open: "+err.Error(), nil)
	} else {
		defer extension.closeConn()
	}
	defer onSIGTERM(stop)()
	if err := r.run(workers, stop); err != nil {
		return err
	}
	if err := onStop(); err != nil {
		r.Log.Log(LevelFatal, "", "closing what was open: "+err.Error(), nil)
		return err
	}
	return nil
}

// run runs the workers until they are stopped, which is nil, or one fails, which stops
// the others.
func (r *Runtime) run(workers []*worker, stop func()) error {
	var running sync.WaitGroup
	var fatal error
	var once sync.Once
	work := func(w *worker) {
		err := w.run()
		if err == errStopped {
			return
		}
		once.Do(func() {
			fatal = err
			r.Log.Log(LevelFatal, "", err.Error(), nil)
		})
		stop()
	}
	os.Unsetenv("_X_AMZN_TRACE_ID")
	for _, w := range workers[1:] {
		running.Go(func() { work(w) })
	}
	work(workers[0]) // mostly the only one: it needs no goroutine, and so no thread
	running.Wait()
	return fatal
}

// onSIGTERM calls stop when the signal comes; another one is left to do what it does by
// default, for the Runtime API may stall. The function it returns ends that.
func onSIGTERM(stop func()) (end func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
			signal.Stop(signals)
			stop()
		case <-done:
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
