package runtimeapi

import (
	"fmt"
	"os"
)

// postOutcome posts the outcome of an invocation: a response, or an error, which it logs. It posts
// once: a second outcome, where the first got no answer, would be refused or, worse, taken for
// that of the next invocation.
func (r *Runtime) postOutcome(c *client, i *Invocation, response []byte, e *Error) error {
	verb := "/response"
	if e != nil {
		verb, response = "/error", e.appendJSON(nil)
		r.Log.Error(i.RequestID, e)
	}
	c.begin("POST", runtimePath, "invocation/", i.RequestID, verb)
	if i.attempt != "" {
		c.header("Lambda-Runtime-Invocation-Id", i.attempt)
	}
	if e != nil {
		c.header("Lambda-Runtime-Function-Error-Type", headerType(e.Type))
		directory, _ := os.Getwd()
		c.header("Lambda-Runtime-Function-Xray-Error-Cause", e.cause(directory))
	}
	if err := c.post(response); err != nil {
		return fmt.Errorf("%s: no answer from the Runtime API: %w", &c.request, err)
	}
	return r.accept(c, i)
}

// accept decides what comes of the answer to an outcome. Its error is fatal.
func (r *Runtime) accept(c *client, i *Invocation) error {
	switch {
	case c.status/100 == 2: // 202 it should be
	case c.status == 410:
		r.Log.Log(LevelWarn, i.RequestID, "the invocation timed out before its outcome was sent", nil)
	case c.status == 413:
		r.Log.Log(LevelError, i.RequestID, "Lambda refused the response as too large and recorded that: "+c.said(), nil)
	default:
		return c.unexpected()
	}
	return nil
}

// ReportInitError logs why the function cannot be served and reports it to Lambda, by POST
// /runtime/init/error. After it the process has to end with a status other than 0.
//
// An error that is not an [*Error] gets the type [RuntimeInitFailed]; err must not be nil.
// ReportInitError returns the error of the report itself, which it has logged.
func (r *Runtime) ReportInitError(err error) error {
	e := asError(err, RuntimeInitFailed)
	r.Log.Error("", e)
	c := r.newClient()
	defer c.closeConn()
	c.begin("POST", runtimePath, "init/error")
	c.header("Lambda-Runtime-Function-Error-Type", headerType(e.Type))
	err = c.post(e.appendJSON(nil))
	if err == nil && c.status/100 != 2 {
		err = c.unexpected()
	}
	if err != nil {
		err = fmt.Errorf("reporting that the init failed: %w", err)
		r.Log.Log(LevelFatal, "", err.Error(), nil)
	}
	return err
}
