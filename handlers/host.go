package handlers

import (
	"errors"
	"fmt"
	"strings"

	"sqlambda/engine"
	"sqlambda/event"
)

// host answers what SQL functions ask of the invocation being handled.
type host struct {
	config     *Config
	invocation *Invocation // nil while the handler is loaded
	event      event.Event
	paths      map[string]event.Path // that SQL has made at run time
}

// mostPaths is the number of paths that are kept compiled.
const mostPaths = 256

// Event returns the event being handled.
func (h *host) Event() (event.Event, bool) { return h.event, h.invocation != nil }

// Lookup returns what event(path), context(path) or env(name) stands for.
func (h *host) Lookup(scope engine.Scope, path string) (event.Value, error) {
	if scope == engine.EnvScope {
		return environmentValue(h.config.LookupEnv, path), nil
	}
	if h.invocation == nil {
		return event.Value{}, errors.New("there is no event at init")
	}
	if scope == engine.ContextScope {
		value, hint, err := contextValue(path)
		if err != nil {
			return event.Value{}, fmt.Errorf("%w (%s)", err, hint)
		}
		return value(h.invocation, h.config), nil
	}
	p, ok := h.paths[path]
	if !ok {
		var err error
		if p, err = event.ParsePath(path); err != nil {
			return event.Value{}, err
		}
		if h.paths == nil || len(h.paths) == mostPaths {
			h.paths = map[string]event.Path{}
		}
		h.paths[path] = p
	}
	m := h.event.Memory()
	before := m.Used()
	v := p.In(h.event)
	m.Release(m.Used() - before) // the engine copies it
	return v, m.Err()
}

// Log writes a log line.
func (h *host) Log(level engine.Level, message, fields string) {
	id := ""
	if h.invocation != nil {
		id = h.invocation.RequestID
	}
	h.config.Log(id, level, message, fields)
}

// environmentValue returns a variable of the environment as SQL may see it: a secret one is
// NULL.
func environmentValue(lookup func(string) (string, bool), name string) event.Value {
	value, ok := lookup(name)
	if !ok || Secret(name) {
		return event.Value{}
	}
	return event.TextValue(value)
}

// Secret reports whether SQL must not see a variable of the environment: the keys of the
// function's role, tokens by whatever name (AWS_SESSION_TOKEN,
// AWS_CONTAINER_AUTHORIZATION_TOKEN), and the runtime's own, which begin with _.
func Secret(name string) bool {
	switch name {
	case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY":
		return true
	}
	return strings.HasPrefix(name, "_") || strings.HasPrefix(name, "AWS_") && strings.HasSuffix(name, "_TOKEN")
}
