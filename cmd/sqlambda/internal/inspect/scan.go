package inspect

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sqlambda/cmd/sqlambda/internal/advice"
	"sqlambda/engine/sqlite/explain"
	"sqlambda/handlers"
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
		comparisons := advice.Comparisons(s, handlers.CatalogOf(q.inspection.Conn))
		for i, step := range e.Plan {
			if alias := scanned(step.Detail); alias != "" {
				q.scan(alias, comparisons, e.Plan[:i+1])
			}
		}
	}
}

// scanned returns the table whose rows a step of SQLite's plan reads one after the
// other, if only to make an index of them that lasts for the statement.
// https://sqlite.org/eqp.html
func scanned(step string) string {
	name, ok := strings.CutPrefix(step, "SCAN ")
	if !ok {
		name, ok = strings.CutPrefix(step, "SEARCH ")
		ok = ok && strings.Contains(name, " USING AUTOMATIC ")
	}
	if !ok || strings.Contains(name, " VIRTUAL TABLE INDEX ") {
		return ""
	}
	name, _, _ = strings.Cut(name, " USING ")
	return strings.TrimSuffix(strings.TrimSuffix(name, " LEFT-JOIN"), " EXISTS")
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
	if !ok || !table.StandsIn && table.Rows < smallTable {
		return
	}
	for _, c := range usable {
		if c.Wrapped == "" && indexOn(table, c.Column) != nil {
			return // SQLite has its reasons
		}
	}
	message := "every row of " + first.Table + " is read"
	if !table.StandsIn {
		message += ", " + strconv.Itoa(smallTable) + " or more"
	}
	if index := indexOn(table, first.Column); index != nil {
		message += ": " + index.describe() + " is on " + first.Column + ", and " + first.Wrapped + " is compared"
	} else {
		message += ": no index begins with " + cmp.Or(first.Wrapped, first.Column)
	}
	hint := createIndex(first.Table, usable) + " would serve"
	if first.Wrapped != "" && indexOn(table, first.Column) != nil {
		hint = "compare " + first.Column + " as it is; or " + hint
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

// tableIndex is an index with words for it.
type tableIndex explain.Index

func (i tableIndex) describe() string {
	if i.Name == "" || strings.HasPrefix(i.Name, "sqlite_autoindex_") {
		return "the key"
	}
	return "the index " + i.Name
}

// indexOn returns an index of a table that begins with a column.
func indexOn(table explain.Storage, column string) *tableIndex {
	for _, i := range table.Indexes {
		if strings.EqualFold(i.Columns[0], column) {
			index := tableIndex(i)
			return &index
		}
	}
	return nil
}

// notInNames matches what the name of an index cannot have.
var notInNames = regexp.MustCompile(`\W+`)

// createIndex is the statement that makes an index for comparisons: those of equality
// first, and then one of a range.
func createIndex(table string, comparisons []advice.Comparison) string {
	var terms, names []string
	add := func(c advice.Comparison) {
		if term := cmp.Or(c.Wrapped, c.Column); !slices.Contains(terms, term) {
			terms = append(terms, term)
			names = append(names, strings.Trim(notInNames.ReplaceAllString(term, "_"), "_"))
		}
	}
	for _, c := range comparisons {
		if c.Equal {
			add(c)
		}
	}
	for _, c := range comparisons {
		if !c.Equal {
			add(c)
			break
		}
	}
	return "CREATE INDEX " + table + "_" + strings.Join(names, "_") + " ON " + table + " (" + strings.Join(terms, ", ") + ")"
}
