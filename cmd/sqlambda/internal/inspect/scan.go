package inspect

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/engine/sqlite/explain"
)

// smallTable is the number of rows below which reading all of them is not worth a
// warning: SQLite reads a thousand in less than a millisecond, or in some milliseconds
// with the share of a core that a function with 128 MB has.
const smallTable = 1000

// fullScans finds tables of which all rows are read to find those that a comparison picks.
func fullScans(q *query) {
	for n, e := range q.explained {
		if e == nil {
			continue
		}
		s := q.Query.Statements[n]
		comparisons := advice.Comparisons(s, q.Conn)
		for i, step := range e.Plan {
			if alias := scanned(step.Detail); alias != "" {
				q.scan(alias, comparisons, e.Plan[:i+1])
			}
		}
	}
}

// planStep matches a step of SQLite's plan that reads a table: https://sqlite.org/eqp.html.
var planStep = regexp.MustCompile(`^(SCAN|SEARCH) (.+?)(?: LEFT-JOIN| EXISTS)?(?: USING (AUTOMATIC )?.*)?$`)

// scanned returns the table whose rows a step reads one after the other, if only to make an
// index of them that lasts for the statement.
func scanned(step string) string {
	m := planStep.FindStringSubmatch(step)
	if m == nil || m[1] == "SEARCH" && m[3] == "" || strings.Contains(step, " VIRTUAL TABLE INDEX ") {
		return ""
	}
	return m[2]
}

// scan looks at a table that the last of a plan's steps reads whole.
func (q *query) scan(alias string, comparisons []advice.Comparison, steps []explain.PlanStep) {
	var usable []advice.Comparison
	for _, c := range comparisons {
		if strings.EqualFold(c.Alias, alias) && servable(c, steps) {
			usable = append(usable, c)
		}
	}
	if len(usable) == 0 {
		return
	}
	first := usable[0]
	table, ok := q.explain.Storage(first.Schema, first.Table, smallTable)
	hasReasons := func(c advice.Comparison) bool { return c.Wrapped == "" && indexOn(table, c.Column) != "" } // SQLite has
	if !ok || !table.StandsIn && table.Rows < smallTable || slices.ContainsFunc(usable, hasReasons) {
		return
	}
	message, hint := "every row of "+first.Table+" is read", createIndex(first.Table, usable)+" would serve"
	if !table.StandsIn {
		message += ", " + strconv.Itoa(smallTable) + " or more"
	}
	if index := indexOn(table, first.Column); index != "" { // and the column is wrapped
		message += ": " + index + " is on " + first.Column + ", and " + first.Wrapped + " is compared"
		hint = "compare " + first.Column + " as it is; or " + hint
	} else {
		message += ": no index begins with " + cmp.Or(first.Wrapped, first.Column)
	}
	q.warn(first.Offset, message, hint)
}

// servable says whether an index could serve a comparison of the table that the last step
// reads: SQLite makes one for the statement, or the other value is known by then.
func servable(c advice.Comparison, steps []explain.PlanStep) bool {
	last := len(steps) - 1
	if _, made, ok := strings.Cut(steps[last].Detail, " USING AUTOMATIC "); ok {
		return c.Wrapped == "" && strings.Contains(strings.ReplaceAll(made, "(", " "), " "+c.Column+"=?")
	}
	return !slices.ContainsFunc(c.Others, func(other string) bool { return !reads(steps[:last], other) })
}

// reads says whether a plan's steps read a table.
func reads(steps []explain.PlanStep, alias string) bool {
	return slices.ContainsFunc(steps, func(s explain.PlanStep) bool {
		words := strings.SplitN(s.Detail, " ", 3)
		return len(words) > 1 && strings.EqualFold(words[1], alias)
	})
}

// indexOn returns words for an index of a table that begins with a column, or "".
func indexOn(table explain.Storage, column string) string {
	i := slices.IndexFunc(table.Indexes, func(i explain.Index) bool { return strings.EqualFold(i.Columns[0], column) })
	switch {
	case i < 0:
		return ""
	case table.Indexes[i].Name == "" || strings.HasPrefix(table.Indexes[i].Name, "sqlite_autoindex_"):
		return "the key"
	}
	return "the index " + table.Indexes[i].Name
}

// notInNames matches what the name of an index cannot have.
var notInNames = regexp.MustCompile(`\W+`)

// createIndex is the statement that makes an index for comparisons: those of equality
// first, and then one of a range.
func createIndex(table string, comparisons []advice.Comparison) string {
	isRange := func(c advice.Comparison) bool { return !c.Equal }
	ordered := slices.DeleteFunc(slices.Clone(comparisons), isRange)
	if i := slices.IndexFunc(comparisons, isRange); i >= 0 {
		ordered = append(ordered, comparisons[i])
	}
	var terms, names []string
	for _, c := range ordered {
		if term := cmp.Or(c.Wrapped, c.Column); !slices.Contains(terms, term) {
			terms = append(terms, term)
			names = append(names, strings.Trim(notInNames.ReplaceAllString(term, "_"), "_"))
		}
	}
	return "CREATE INDEX " + table + "_" + strings.Join(names, "_") + " ON " + table + " (" + strings.Join(terms, ", ") + ")"
}
