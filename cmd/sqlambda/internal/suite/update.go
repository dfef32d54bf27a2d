package suite

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// update writes what the case gave where that is not what is expected: responses and
// errors, and the log and the state of a case that has them. Of a sample it writes every
// response. What is as expected stays as it is written.
func (r *Result) update(got given) {
	sample := r.Case.Pending()
	for n, i := range r.Case.Invocations {
		if sample || i.Response != nil || i.Error != nil {
			r.updateInvocation(n+1, i, got.outcomes[n])
		} else {
			r.Problems = append(r.Problems, got.outcomes[n].compare(i)...)
		}
	}
	if log := r.Case.Log; log != nil && len(compareLines(log, got.log, matchesLine)) > 0 {
		r.write("log", mergeLines(log.Text, got.log, matchesLine))
	}
	state := r.Case.State
	switch {
	case state == nil && r.Case.StateQuery != nil:
		r.write("state", got.state)
	case state != nil && len(compareLines(state, got.state, matchesRow)) > 0:
		r.write("state", mergeLines(state.Text, got.state, matchesRow))
	}
}

// updateInvocation writes the response or the error of the nth invocation.
func (r *Result) updateInvocation(n int, i Invocation, o outcome) {
	if len(o.compare(i)) == 0 && (i.Response != nil || i.Error != nil) {
		return
	}
	name, was, other, got := "response", i.Response, i.Error, o.response
	if o.err != nil {
		name, was, other, got = "error", i.Error, i.Response, errorJSON(o.err)
		if was != nil {
			got = expectedFields(was.Text, got)
		}
	}
	if n > 1 {
		name += strconv.Itoa(n)
	}
	text := pretty(got)
	if was != nil {
		text = rewrite(was.Text, got)
	}
	r.write(name, text)
	if other != nil {
		if err := r.Case.form.remove(other.Name); err != nil {
			r.Problems = append(r.Problems, other.problem(err.Error()))
		}
	}
}

// rewrite is a text of JSON as it was written before: its placeholders stay, and so does
// whether it is one line.
func rewrite(was, got string) string {
	merged := merge(gjson.Parse(was), gjson.Parse(got))
	if strings.Contains(strings.TrimSpace(was), "\n") {
		return pretty(merged)
	}
	return compact(merged) + "\n"
}

// mergeLines is what was got, with the lines that stand for its own as they were written.
func mergeLines(want, got string, matches func(want, got string) bool) string {
	wanted, list := lines(want), lines(got)
	for n := range list {
		if n < len(wanted) && matches(wanted[n], list[n]) {
			list[n] = wanted[n]
		}
	}
	return text(list)
}

// write writes a part of the case.
func (r *Result) write(part, text string) {
	file, err := r.Case.form.write(part, text)
	if err != nil {
		r.Problems = append(r.Problems, Problem{File: r.Case.File, Message: err.Error()})
		return
	}
	r.Outcome = Updated
	if !slices.Contains(r.Written, file) {
		r.Written = append(r.Written, file)
	}
}
