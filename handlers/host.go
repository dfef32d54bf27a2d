package handlers

import (
	"errors"
	"fmt"

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
