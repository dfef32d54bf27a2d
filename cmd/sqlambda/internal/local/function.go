package local

import (
	"slices"
	"sync"
	"time"

	"sqlambda/cmd/sqlambda/internal/project"
)

// function is a function and its execution environments.
type function struct {
	project.Function
	lambda *Lambda
	from   *catalog
	slots  chan struct{} // one for each invocation that runs

	advised sync.Once
	mu      sync.Mutex
	idle    []*environment // the last used one is the last
	retired bool           // a file has changed: no environment is kept
}

func newFunction(c *catalog, fn project.Function) *function {
	return &function{Function: fn, lambda: c.lambda, from: c, slots: make(chan struct{}, max(1, c.lambda.Concurrency))}
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
			f.lambda.Log.Warn("the asynchronous invocation " + inv.id + " of " + f.Name + " did not run: " + err.Error())
		case out.failed:
			f.lambda.Log.Warn("the asynchronous invocation " + inv.id + " of " + f.Name +
				" failed; Lambda would try twice more, and sqlambda dev does not: " + string(out.payload))
		}
	})
}

func (f *function) run(inv *invocation) (*outcome, error) {
	e := f.take()
	if e == nil {
		var err error
		f.advised.Do(f.advise)
		if e, err = f.start(inv); err != nil {
			return nil, err
		}
		if inv.mayStart(e.failed != nil) && f.lambda.saved(f.from, e.failed != nil) {
			e.stop()
			return f.again(inv)
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

// again runs an invocation with the files as they are now: a file was saved while a
// process was reading it.
func (f *function) again(inv *invocation) (*outcome, error) {
	f.lambda.Log.message("a file was saved while " + f.Name + " started: it starts again")
	now, err := f.lambda.catalog().find(f.Name)
	if err != nil {
		return nil, err
	}
	return now.run(inv)
}

// take returns an environment that waits for an invocation, or nil.
func (f *function) take() *environment {
	for {
		f.mu.Lock()
		if len(f.idle) == 0 {
			f.mu.Unlock()
			return nil
		}
		last := len(f.idle) - 1
		e := f.idle[last]
		f.idle = f.idle[:last]
		f.mu.Unlock()
		e.expiry.Stop()
		if e.ready() {
			return e
		}
		e.stop()
	}
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
	e.expiry = time.AfterFunc(idleTime, func() { f.expire(e) })
}

// expire ends an environment that was not used for long.
func (f *function) expire(e *environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if i := slices.Index(f.idle, e); i >= 0 { // else it was taken just now
		f.idle = slices.Delete(f.idle, i, i+1)
		e.stop()
	}
}

// retire ends the idle environments, and the others when their invocation has ended.
func (f *function) retire() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.retired = true
	for _, e := range f.idle {
		e.stop()
	}
	f.idle = nil
}
