package inspect

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/event"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// unsupplied finds the parameters of a query that no event of its cases holds, not even as
// null: a name that is misspelled, in the query or in its events, reads as NULL. A parameter
// with a default may be missing.
func unsupplied(q *query) {
	if len(q.Problems) > 0 {
		return // the name of a parameter may be wrong
	}
	var wanted []Parameter
	var names []string
	for _, p := range q.parameters {
		if p.ofEvent() && !p.HasDefault && p.Path != "" {
			wanted, names = append(wanted, p), append(names, p.Raw)
		}
	}
	if len(wanted) > 0 && len(q.events) == 0 {
		q.warn(q.Query.Offset, "no sample event or test supplies "+strings.Join(names, ", ")+": the handler has no case",
			"add an event, "+q.cases)
		return
	}
	for _, p := range wanted {
		if len(q.find(p)) > 0 {
			continue
		}
		hint := "is its name right? An event in " + q.cases + " may hold it"
		if path := q.insideText(p); path != "" {
			written := strings.Replace(p.Raw, p.Path, path, 1)
			if p.declared != nil {
				written = "PATH '" + path + "'"
			}
			hint = "an event has JSON in a string there: " + written
		}
		q.warn(p.offset, "no sample event or test supplies "+p.Raw, hint)
	}
}

// isJSON says of a parameter that it is JSON: as it is declared, or an array in an event of
// the query's cases. It is "" for any other.
func (q *query) isJSON(raw string) string {
	i := slices.IndexFunc(q.parameters, func(p Parameter) bool { return p.Raw[1:] == raw[1:] })
	if i < 0 {
		return ""
	}
	p := q.parameters[i]
	switch {
	case p.declared != nil && p.declared.Type == event.JSONType:
		return "is JSON"
	case p.declared == nil && p.ofEvent() && slices.ContainsFunc(q.find(p), event.Event.IsArray):
		return "is an array in a sample event or test"
	}
	return ""
}

// insideText returns the path that leads into a string that holds JSON, if that is what a
// parameter's path lacks: body|@fromstr|id for body.id.
func (q *query) insideText(p Parameter) string {
	if p.scope == syntax.Element || p.declared != nil && p.byName() {
		return ""
	}
	inside := p
	inside.scope = syntax.Event // a path, whatever it starts from
	for i := range p.Path {
		inside.Path = p.Path[:i] + "|@fromstr|" + p.Path[i+1:]
		if p.Path[i] == '.' && len(q.find(inside)) > 0 {
			return inside.Path
		}
	}
	return ""
}

// findCases finds the events of the cases of the query's handler.
func (q *query) findCases(h project.Handler, all []*suite.Case) {
	folder, name := path.Split(h.Name)
	q.cases = folder + project.Events + "/" + strings.TrimPrefix(name, "$") + ".json"
	for _, c := range all {
		for _, i := range c.Invocations {
			if c.Handler != h || i.Event == nil {
				continue
			}
			if e, err := event.Parse([]byte(i.Event.Text)); err == nil {
				q.events = append(q.events, e)
			}
		}
	}
}

// find returns the values, even null, that a parameter has in the events or, for a :batch,
// in their records.
func (q *query) find(p Parameter) (found []event.Event) {
	values := q.events
	if p.From == "record" {
		values = nil
		for _, e := range q.events {
			values = slices.AppendSeq(values, handlers.Records(e).Elements())
		}
	}
	n, _ := strconv.Atoi(p.Path)
	path, err := event.ParsePath(p.Path)
	for _, v := range values {
		switch {
		case p.scope == syntax.Element:
			v = v.At(n)
		case p.byName():
			v = v.Lookup(p.Path)
		case err != nil: // an error of its own
			return nil
		default:
			v = path.Find(v)
		}
		if v.Exists() {
			found = append(found, v)
		}
	}
	return found
}

// byName says that the parameter is a field of its name, and not what a path leads to.
func (p Parameter) byName() bool {
	return p.scope == syntax.Field && (p.declared == nil || p.declared.Path == "")
}

func (p Parameter) ofEvent() bool { return p.scope != syntax.Context && p.scope != syntax.Env }
