package handlers

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/script"
	"sqlambda/handlers/syntax"
	"sqlambda/internal/nearest"
)

// ProgramFunction is an SQL function that a program answers, and the file that declares it.
type ProgramFunction struct {
	syntax.Function
	File *syntax.File
}

// function is an SQL function that a kept process answers: a line with the JSON array of the
// arguments in, a line with the value out. The process starts with the first call.
type function struct {
	handler  *Handler
	declared syntax.Function
	program  script.Program
	kept     script.Kept // of the program
	log      programLog
	line     []byte
}

// addFunctions adds the functions that a file declares.
func (l *loading) addFunctions(file *syntax.File) {
	l.misdeclared = append(l.misdeclared, file.Misdeclared...)
	for _, declared := range file.Functions {
		l.Functions = append(l.Functions, ProgramFunction{declared, file})
		f := &function{handler: l.Handler, declared: declared}
		f.log.config, f.kept = &l.config, script.Kept{Program: &f.program, Rapid: true}
		if err := f.prepare(); err != nil {
			l.broken = append(l.broken, declared.Name)
			l.reportProgram(file, declared, err)
		}
		err := l.Conn.AddFunction(engine.Function{
			Name: declared.Name, Arguments: len(declared.Arguments), Result: declared.Type.String(),
			Deterministic: declared.Deterministic, Call: f.call,
		})
		if err != nil {
			l.report(InvalidHandler, file.Problem(declared.Offset, declared.Name+" cannot be declared: "+err.Error(), ""))
			continue
		}
		l.functions = append(l.functions, f)
	}
}

// reportProgram reports why a program cannot be run. Whether one that is there can be run on
// this machine says nothing of a handler that is only described.
func (l *loading) reportProgram(file *syntax.File, f syntax.Function, reason error) {
	name, hint := filepath.Join(l.config.Root, filepath.FromSlash(f.Program)), ""
	info, err := os.Stat(name)
	if err == nil && info.Mode().IsRegular() && l.goesOn {
		return
	}
	if err != nil {
		var names []string
		entries, _ := os.ReadDir(filepath.Dir(name)) // none of a folder that is not there
		for _, e := range entries {
			names = append(names, path.Join(path.Dir(f.Program), e.Name()))
		}
		if hint = nearest.Hint(f.Program, names); hint == "" && strings.Contains(f.Program, " ") {
			hint = "USING names a file without arguments: its #! line says what runs it"
		}
	}
	l.report(InvalidHandler, file.Problem(f.ProgramOffset, f.Program+" cannot be run: "+reason.Error(), hint))
}

// callsAny reports whether a statement calls one of some functions.
func callsAny(s *syntax.Statement, functions []string) bool {
	return slices.ContainsFunc(functions, func(name string) bool {
		_, ok := s.Find(engine.FunctionObject, name)
		return name != "" && ok
	})
}

// prepare readies the program, which sees neither the credentials nor the Runtime API.
func (f *function) prepare() error {
	config := &f.handler.config
	command, err := programIn(config.Root, f.declared.Program)
	if err != nil {
		return err
	}
	f.program = script.Program{Command: command, Name: f.declared.Program, Dir: config.Root, MaxOutput: MaxResponse, Log: f.log.line}
	if config.Environ != nil {
		f.program.Environment = slices.DeleteFunc(config.Environ(), func(variable string) bool {
			name, _, _ := strings.Cut(variable, "=")
			return Secret(name) || name == "AWS_LAMBDA_RUNTIME_API"
		})
	}
	return nil
}

// programIn returns the command of a program in the task root. A link must not leave it.
func programIn(folder, name string) ([]string, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Stat(filepath.FromSlash(name))
	if of := (*os.PathError)(nil); errors.As(err, &of) {
		return nil, of.Err
	}
	if !info.Mode().IsRegular() { // to open a pipe would wait
		return nil, errors.New("it is not a file")
	}
	path, err := filepath.Abs(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	return script.Command(path)
}

// answersLines is what a kept process has to do that did not answer.
const answersLines = "it has to answer each line with a line, flush it, and go on"

// call answers a call. Its errors are those of the invocation, at the place of the call.
func (f *function) call(arguments []event.Value) (event.Value, error) {
	v, err := f.ask(arguments)
	if err == nil {
		return v, nil
	}
	failure := &engine.Failure{Raised: InvalidResult, Message: err.Error(), Offset: -1, Object: engine.FunctionObject, Name: f.declared.Name}
	var e *Error
	if errors.As(err, &e) {
		failure.Raised, failure.Message = e.Type, e.Message
	}
	return v, failure
}

func (f *function) ask(arguments []event.Value) (v event.Value, err error) {
	if err := f.appendLine(arguments); err != nil {
		return v, fmt.Errorf("an argument of %s is too large: %w", f.declared.Name, err)
	}
	if err := f.kept.Start(); err != nil {
		return v, programError(f.declared.Program, err, time.Time{}, "")
	}
	if inv := f.handler.host.invocation; inv != nil {
		f.log.requestID = inv.RequestID
		defer func() { f.log.requestID = "" }()
	}
	started := time.Now()
	answer, err := f.kept.Ask(f.line, f.handler.until)
	if err == script.ErrDeadline {
		return v, newError(Timeout, "%s had not answered %s shortly before the invocation's deadline, and was killed: it had run for %s (%s)",
			f.declared.Program, f.declared.Name, time.Since(started).Round(time.Millisecond), answersLines)
	}
	if err != nil {
		return v, programError(f.declared.Program, err, started, answersLines)
	}
	if err := reportedError(answer); err != nil {
		return v, err
	}
	return f.value(answer)
}

// appendLine writes the line of a call.
func (f *function) appendLine(arguments []event.Value) (err error) {
	f.line = append(f.line[:0], '[')
	for i, argument := range arguments {
		if i > 0 {
			f.line = append(f.line, ',')
		}
		if f.line, err = (&column{}).append(f.line, argument); err != nil {
			return err
		}
	}
	f.line = append(f.line, "]\n"...)
	return nil
}

// value is the value that a line of JSON stands for.
func (f *function) value(answer []byte) (event.Value, error) {
	if len(answer) == 0 {
		return event.Value{}, nil
	}
	e, err := event.Parse(answer)
	if err != nil {
		return event.Value{}, fmt.Errorf("%s answers %s with what is not JSON: %s", f.declared.Program, f.declared.Name, event.Problem(string(answer)))
	}
	v, ok := e.Convert(f.declared.Type)
	if !ok {
		hint := ""
		if e.Field("error").Text != "" {
			hint = ` (an error is {"error":{"type":"Order.Bad","message":"why"}})`
		}
		return event.Value{}, fmt.Errorf("%s answers %s with %.60s, and %s is declared%s", f.declared.Program, f.declared.Name, e.JSON(), f.declared.Type, hint)
	}
	return v, nil
}

// misused says how a function that a file declares is called, after the engine has refused a
// call of it.
func (h *Handler) misused(name string, failure *engine.Failure) string {
	i := slices.IndexFunc(h.Functions, func(f ProgramFunction) bool { return strings.EqualFold(f.Name, name) })
	switch {
	case i < 0:
		return ""
	case strings.HasPrefix(failure.Message, "unsafe "):
		return "a view or a trigger in a database cannot call it: call it in the query, or make it TEMP"
	}
	return "it is declared " + h.Functions[i].Signature()
}
