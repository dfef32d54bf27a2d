package handlers

import (
	"cmp"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"sqlambda/engine"
	"sqlambda/handlers/syntax"
)

// Load reads and prepares a handler. All problems that are found are in the one
// error, which is an *Error.
func Load(config Config) (*Handler, error) {
	h, err := (&loading{}).load(config)
	if err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

// Inspect loads a handler for tools that describe handlers and run none. Unlike Load it
// goes on after a statement of init that fails, does not report what comes of it, and
// returns the handler beside the error, which tells its Problems. Without a handler the
// error is one of the files, which could not be read. The caller closes the handler.
func Inspect(config Config) (*Handler, error) { return (&loading{goesOn: true}).load(config) }

// loading is a handler that is being loaded.
type loading struct {
	*Handler
	init   *syntax.File        // init.sql, or nil
	goesOn bool                // after a statement of init that fails
	undone []*syntax.Statement // of init: they failed, or need one that did
	// broken are functions whose program cannot be run, and misdeclared those whose declaration
	// is wrong.
	broken, misdeclared []string
}

// load loads a handler. Even if its text has problems, the engine prepares the rest, so
// that all problems are reported at once.
func (l *loading) load(config Config) (*Handler, error) {
	root, err := os.OpenRoot(config.Root)
	if err != nil {
		return nil, newError(HandlerNotFound, "cannot open the task root: %v", err)
	}
	defer root.Close()
	h := &Handler{config: config, memory: config.Decoding.NewMemory()}
	h.host.config, h.watchdog.handler, l.Handler = &h.config, h, h
	if err := l.find(root); err != nil {
		return nil, err
	}
	if h.Script != "" {
		return h, l.loadScript()
	}
	right := h.Query != nil && (l.init == nil || !h.mistaken(l.init, 0, l.init.Text))
	if (right || l.goesOn) && l.initialize() && h.Query != nil {
		h.report(InvalidHandler, h.plan(l.undone, l.misdeclared)...)
	}
	slices.SortStableFunc(h.Problems, func(a, b syntax.Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), a.Offset-b.Offset)
	})
	switch {
	case len(h.Problems) == 0:
		return h, nil
	case len(h.Problems) == 1 && !strings.HasPrefix(h.Problems[0].Code, "Runtime."): // SQL raised it, with its own message
		return h, errorAt(h.Problems[0].Code, h.Problems[0])
	}
	return h, errorOf(h.Problems...)
}

// report adds problems of a type.
func (h *Handler) report(kind string, problems ...syntax.Problem) {
	for _, p := range problems {
		p.Code = kind
		h.Problems = append(h.Problems, p)
	}
}

// initialize opens the database and runs init.sql and the prologue. It reports whether the
// query can be prepared.
func (l *loading) initialize() bool {
	conn, err := l.config.Open(engine.Config{
		Root:     l.config.Root,
		Database: l.config.Database,
		Memory:   l.config.Memory,
		Now:      l.config.Now,
		Host:     &l.host,
	})
	if err != nil {
		l.Problems = append(l.Problems, newError(InitFailed, "%v", err).Problems...)
		return false
	}
	l.Conn, l.watchdog.timer = conn, time.AfterFunc(longestTimeout, l.watchdog.ring)
	for _, file := range []*syntax.File{l.init, l.File} {
		if file == nil {
			continue
		}
		l.addFunctions(file)
		if !l.runOnce(file) {
			return false
		}
	}
	if err := l.Conn.Seal(); err != nil {
		l.Problems = append(l.Problems, newError(InitFailed, "init.sql and the prologue: %v", err).Problems...)
		return l.goesOn
	}
	return true
}

// runOnce runs the statements of a file that run at init, and reports whether to go on.
func (l *loading) runOnce(file *syntax.File) bool {
	for _, s := range file.Prologue {
		if !l.mistaken(file, s.Offset, s.Text) && !callsAny(s, l.broken) && !callsAny(s, l.misdeclared) && !dependsOn(s, l.undone) {
			err := l.run(s)
			if err == nil {
				continue
			}
			failure := asFailure(err)
			l.report(cmp.Or(failure.Raised, InitFailed), l.diagnose(file, "", s, failure))
		}
		if l.undone = append(l.undone, s); !l.goesOn {
			return false
		}
	}
	return true
}

func (l *loading) run(s *syntax.Statement) error {
	stmt, err := l.Conn.Prepare(s.Text)
	if err != nil || stmt == nil {
		return err
	}
	defer stmt.Close()
	for _, p := range s.Parameters {
		stmt.Bind(p.Index, environmentValue(l.config.LookupEnv, p.Path))
	}
	return skipRows(stmt)
}

// mistaken reports whether a text at an offset of a file has a problem.
func (h *Handler) mistaken(file *syntax.File, offset int, text string) bool {
	return slices.ContainsFunc(h.Problems, func(p syntax.Problem) bool {
		return p.File == file.Name && p.Offset >= offset && p.Offset <= offset+len(text)
	})
}

// asFailure returns an engine's error as a Failure.
func asFailure(err error) *engine.Failure {
	failure := &engine.Failure{Message: err.Error(), Offset: -1}
	errors.As(err, &failure)
	return failure
}
