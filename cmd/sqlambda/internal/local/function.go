package local

import (
	"sync"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// function is a function and its execution environments.
type function struct {
	project.Function
	lambda *Lambda
	from   *catalog
	code   func() code
	slots  chan struct{} // one for each invocation that runs

	advised sync.Once
	mu      sync.Mutex
	idle    []*environment // the last used one is the last; some may have ended
	retired bool           // a file has changed: no environment is kept
}

func newFunction(c *catalog, fn project.Function, code func() code) *function {
	return &function{Function: fn, lambda: c.lambda, from: c, code: code, slots: make(chan struct{}, max(1, c.lambda.Concurrency))}
}

// invoke answers an invocation. An error says that it was throttled, or that no process
// could be started. The invocation goes on if its caller goes away, as in Lambda.
func (f *function) invoke(inv *invocation) (*outcome, error) {
	select {
	case f.slots <- struct{}{}:
	default:
		return nil, throttled
	}
	defer func() { <-f.slots }()
	return f.run(inv)
}

// invokeLater answers an invocation that nobody waits for, as soon as the concurrency
// allows.
func (f *function) invokeLater(inv *invocation) {
	f.lambda.owned.Go(func() {
		select {
		case f.slots <- struct{}{}:
		case <-f.lambda.ctx.Done():
			return
		}
		defer func() { <-f.slots }()
		switch out, err := f.run(inv); {
		case err != nil:
			f.lambda.Log.Warn("the asynchronous invocation " + inv.RequestID + " of " + f.Name + " did not run: " + err.Error())
		case out.failed:
			f.lambda.Log.Warn("the asynchronous invocation " + inv.RequestID + " of " + f.Name +
				" failed; Lambda would try twice more, and sqlambda dev does not: " + string(out.payload))
		}
	})
}

// run answers an invocation. If a file was saved while a process was reading it, another
// process starts, but only one: some files always change, such as a log in the folder.
func (f *function) run(inv *invocation) (*outcome, error) {
	e := f.take()
	if e == nil {
		var err error
		f.advised.Do(f.advise)
		if e, err = f.start(inv); err != nil {
			return nil, err
		}
		if now := f.lambda.catalog(); now != f.from && !inv.repeated {
			e.stop()
			inv.repeated = true
			f.lambda.Log.message("a file was saved while " + f.Name + " started: it starts again")
			again, err := now.find(f.Name)
			if err != nil {
				return nil, err
			}
			return again.run(inv)
		}
	}
	out := e.invoke(inv)
	f.put(e)
	return out, nil
}

// advise logs warnings about the function.
func (f *function) advise() {
	if f.lambda.Advise == nil {
		return
	}
	f.lambda.owned.Go(func() {
		for _, message := range f.lambda.Advise(f.Function) {
			f.lambda.Log.Warn(message)
		}
	})
}

// take returns an environment that waits for an invocation, or nil.
func (f *function) take() *environment {
	f.mu.Lock()
	defer f.mu.Unlock()
	for last := len(f.idle) - 1; last >= 0; last-- {
		e := f.idle[last]
		f.idle = f.idle[:last]
		if e.expiry.Stop() && e.ready() {
			return e
		}
		e.stop()
	}
	return nil
}

// put keeps an environment for the next invocation, for a while.
func (f *function) put(e *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.retired || e.process.State() != nil || f.lambda.ctx.Err() != nil {
		e.stop()
		return
	}
	f.idle = append(f.idle, e)
	e.expiry = time.AfterFunc(idleTime, e.stop)
}

// retire ends the idle environments, and the others when their invocation has ended.
func (f *function) retire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.retired = true
	for _, e := range f.idle {
		e.expiry.Stop()
		e.stop()
	}
	f.idle = nil
}
