package runtimeapi

import "fmt"

// Runtime serves a function. Set its fields before calling its methods, and do not change them
// after.
type Runtime struct {
	Environment Environment
	// Log receives the errors of invocations and the faults of the Runtime API.
	Log *Logger
	// Name is the User-Agent and, up to a slash, the name of the extension: "sqlambda/1.0".
	// The default is "runtimeapi".
	Name string
}

// ReportInitError logs why the function cannot be served and reports it to Lambda, by POST
// /runtime/init/error. After it the process has to end with a status other than 0.
//
// An error that is not an [*Error] gets the type [RuntimeInitFailed]. ReportInitError returns
// the error of the report itself, which it has logged.
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
