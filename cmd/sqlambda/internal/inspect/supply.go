package inspect

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/event"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// unsupplied finds the parameters of a query that no event of its cases holds, not even as
// null: a name that is misspelled, in the query or in its events, reads as NULL. A parameter
// with a default may be missing.
func unsupplied(plan handlers.Plan, handler project.Handler, cases []*suite.Case) (found []syntax.Problem) {
	q := plan.Query
	warn := func(offset int, message, hint string) {
		found = append(found, warning(plan.File, unsuppliedParameter, q.Name, offset, message, hint))
	}
	var wanted []Parameter
	var names []string
	for _, p := range parameters(q, plan.Kind) {
		if isOfEvent(p.scope) && !p.HasDefault && p.Path != "" {
			wanted, names = append(wanted, p), append(names, p.Raw)
		}
	}
	events := eventsOf(handler, cases)
	if len(wanted) > 0 && len(events) == 0 {
		warn(q.Offset, "no sample event or test supplies "+strings.Join(names, ", ")+": the handler has no case",
			"add an event, "+caseFile(handler))
		return found
	}
	for _, p := range wanted {
		values := valuesOf(p, plan.Kind, events)
		if slices.ContainsFunc(values, func(v event.Event) bool { return holds(v, p) }) {
			continue
		}
		hint := "is its name right? An event in " + caseFile(handler) + " may hold it"
		if path := insideText(p, values); path != "" {
			written := strings.Replace(p.Raw, p.Path, path, 1)
			if p.declared != nil {
				written = "PATH '" + path + "'"
			}
			hint = "an event has JSON in a string there: " + written
		}
		warn(p.offset, "no sample event or test supplies "+p.Raw, hint)
	}
	return found
}

// inLists finds parameters that stand alone in the parentheses of an IN and are JSON: as
// they are declared, or an array in an event of the query's cases.
func inLists(plan handlers.Plan, handler project.Handler, cases []*suite.Case) (found []syntax.Problem) {
	if plan.Query == nil {
		return nil
	}
	known := parameters(plan.Query, plan.Kind)
	for _, s := range plan.Query.Statements {
		for _, list := range advice.InLists(s) {
			at := slices.IndexFunc(known, func(p Parameter) bool { return strings.TrimLeft(p.Raw, ":@") == strings.TrimLeft(list.Text, ":@") })
			if at < 0 {
				continue
			}
			p, is := known[at], " is an array in a sample event or test"
			if p.declared != nil {
				is = " is JSON"
				if p.declared.Type != event.JSONType {
					continue
				}
			} else if !isOfEvent(p.scope) || !slices.ContainsFunc(valuesOf(p, plan.Kind, eventsOf(handler, cases)), func(e event.Event) bool { return value(e, p).IsArray() }) {
				continue
			}
			found = append(found, warning(plan.File, jsonText, plan.Query.Name, list.Offset, list.Text+is+", and IN compares with its text",
				"IN (SELECT value FROM json_each("+list.Text+")) compares with its elements"))
		}
	}
	return found
}

// insideText returns the path that leads into a string that holds JSON, if that is what a
// parameter's path lacks: body|@fromstr|id for body.id.
func insideText(p Parameter, values []event.Event) string {
	if p.scope == syntax.Element || p.declared != nil && p.declared.Path == "" {
		return ""
	}
	for i, r := range p.Path {
		if r != '.' {
			continue
		}
		inside := p
		inside.Path = p.Path[:i] + "|@fromstr|" + p.Path[i+1:]
		inside.scope = syntax.Event // a path, whatever it starts from
		if slices.ContainsFunc(values, func(v event.Event) bool { return holds(v, inside) }) {
			return inside.Path
		}
	}
	return ""
}

func isOfEvent(scope syntax.Scope) bool {
	return scope == syntax.Field || scope == syntax.Event || scope == syntax.Record || scope == syntax.Element
}

// caseFile is where the first case of a handler would be.
func caseFile(h project.Handler) string {
	folder, name := path.Split(h.Name)
	return folder + project.Events + "/" + name + ".json"
}

// eventsOf are the events of a handler's cases.
func eventsOf(h project.Handler, cases []*suite.Case) (events []event.Event) {
	for _, c := range cases {
		if c.Handler != h {
			continue
		}
		for _, i := range c.Invocations {
			if i.Event == nil {
				continue
			}
			if e, err := event.Parse([]byte(i.Event.Text)); err == nil {
				events = append(events, e)
			}
		}
	}
	return events
}

// valuesOf returns the values that a parameter of a query of a kind is looked up in: the
// events or, for a :batch, their records.
func valuesOf(p Parameter, kind syntax.Kind, events []event.Event) (values []event.Event) {
	if p.scope != syntax.Record && (p.scope != syntax.Field || kind != syntax.Batch) {
		return events
	}
	for _, e := range events {
		values = slices.AppendSeq(values, handlers.Records(e).Elements())
	}
	return values
}

// byName says that the parameter is a field of its name, and not what a path leads to.
func (p Parameter) byName() bool {
	return p.scope == syntax.Field && (p.declared == nil || p.declared.Path == "")
}

// holds says whether an event has a value, even null, for a parameter.
func holds(e event.Event, p Parameter) bool { return value(e, p).Exists() }

// value returns what an event has for a parameter whose path is right.
func value(e event.Event, p Parameter) event.Event {
	switch {
	case p.scope == syntax.Element:
		n, _ := strconv.Atoi(p.Path)
		return e.At(n)
	case p.byName():
		return e.Lookup(p.Path)
	}
	within, err := event.ParsePath(p.Path)
	if err != nil { // an error of its own
		return event.Event{}
	}
	return within.Find(e)
}
