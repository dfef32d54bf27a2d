package runtimeapi

import (
	"fmt"
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
	c.request.header("Lambda-Runtime-Function-Error-Type", headerType(e.Type))
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
