package inspect

import (
	"path"
	"strconv"
	"strings"

	"sqlambda/cmd/sqlambda/internal/project"
	"sqlambda/cmd/sqlambda/internal/suite"
	"sqlambda/event"
	"sqlambda/handlers"
	"sqlambda/handlers/syntax"
)

// unsuppliedParameter is the rule that looks at the test cases of a folder.
const unsuppliedParameter = "unsupplied-parameter"

// unsupplied finds the parameters of a query that no event of its cases holds, be it as
// null: a name that is misspelled, in the query or in its events, reads as NULL. What has
// a default may be missing.
func unsupplied(handler project.Handler, plan *handlers.Plan, cases []*suite.Case) (found []finding) {
	q := plan.Query
	warn := func(offset int, message, hint string) {
		found = append(found, finding{unsuppliedParameter, q, nil, offset, message, hint})
	}
	var wanted []Parameter
	for _, p := range parameters(q, plan.Kind) {
		if isOfEvent(p.scope) && (p.declared == nil || !p.declared.HasDefault) && p.Path != "" {
			wanted = append(wanted, p)
		}
	}
	events := eventsOf(handler, cases)
	if len(wanted) > 0 && len(events) == 0 {
		var names []string
		for _, p := range wanted {
			names = append(names, p.Raw)
		}
		warn(q.Offset, "no sample event or test supplies "+strings.Join(names, ", ")+": there is no case for this handler",
			"an event in "+caseFile(handler)+" is one")
		return found
	}
	for _, p := range wanted {
		if !supplied(p, plan.Kind, events) {
			warn(offsetOf(p, q), "no sample event or test supplies "+p.Raw, "is its name right? An event in "+caseFile(handler)+" may hold it")
		}
	}
	return found
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

// supplied says whether one of the events holds a parameter.
func supplied(p Parameter, kind syntax.Kind, events []event.Event) bool {
	for _, e := range events {
		within := []event.Event{e}
		if p.scope == syntax.Record || p.scope == syntax.Field && kind == syntax.Batch {
			within = recordsOf(e)
		}
		for _, v := range within {
			if holds(v, p) {
				return true
			}
		}
	}
	return false
}

// holds says whether a value, be it null, is where a parameter is.
func holds(e event.Event, p Parameter) bool {
	switch {
	case p.scope == syntax.Element:
		n, _ := strconv.Atoi(p.Path)
		return e.At(n).Exists()
	case p.scope == syntax.Field && (p.declared == nil || p.declared.Path == ""):
		return e.Lookup(p.Path).Exists()
	}
	within, err := event.ParsePath(p.Path)
	return err != nil || within.Find(e).Exists() // a path that is wrong is an error of its own
}

// recordsOf are the records that a :batch goes through: those of Records, or Kafka's.
func recordsOf(e event.Event) (records []event.Event) {
	for _, text := range [...]string{"Records", "records|@values|@flatten"} {
		if list, err := event.ParsePath(text); err == nil {
			for record := range list.Find(e).Elements() {
				records = append(records, record)
			}
		}
	}
	return records
}

// offsetOf is the place of a parameter: that of its declaration, or where it stands first.
func offsetOf(p Parameter, q *syntax.Query) int {
	if p.declared != nil {
		return p.declared.Offset
	}
	for _, s := range q.Statements {
		for _, at := range s.Parameters {
			if at.Scope == p.scope && at.Path == p.Path {
				return at.Offset
			}
		}
	}
	return q.Offset
}
