// Command templates is a custom runtime: a handler is a file of Go's text/template, and its
// response what the template makes of the event.
package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"text/template"

	"sqlambda/runtimeapi"
)

func main() {
	environment, err := runtimeapi.EnvironmentFrom(os.Getenv)
	runtime := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(os.Stderr), Name: "templates/1.0"}

	// Init: what fails here is reported, and Lambda does not invoke the function.
	if err != nil {
		runtime.ReportInitError(err) // Runtime.InitFailed
		os.Exit(1)
	}
	name := os.Getenv("_HANDLER") + ".tmpl"
	page, err := template.ParseFiles(filepath.Join(os.Getenv("LAMBDA_TASK_ROOT"), name))
	if err != nil {
		runtime.ReportInitError(&runtimeapi.Error{Type: "Runtime.InvalidTemplate", Message: err.Error()})
		os.Exit(1)
	}

	// Invoke: one handler for each invocation that may run at the same time.
	handlers := make([]runtimeapi.Handler, environment.Workers())
	for i := range handlers {
		handlers[i] = func(invocation *runtimeapi.Invocation) ([]byte, error) {
			var event any
			if err := json.Unmarshal(invocation.Payload, &event); err != nil {
				return nil, err // Function.Unknown
			}
			var text bytes.Buffer
			if err := page.Execute(&text, event); err != nil {
				return nil, &runtimeapi.Error{Type: "Function.Template", Message: err.Error(), StackTrace: []string{name}}
			}
			return json.Marshal(text.String())
		}
	}

	// Cleanup: with a function in the place of nil, Lambda says when the process ends.
	if err := runtime.Serve(handlers, nil); err != nil {
		os.Exit(1)
	}
}
