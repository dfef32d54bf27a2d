package main

import "fmt"

// programTable shows what a program takes that is the handler, in the runtime and in all
// processes.
func programTable(r *results) table {
	return r.compared(of("script", []column{
		{"CPU of the runtime, µs", warmCPU, 0},
		{"CPU of all processes, µs", allCPU, 0},
		{"median latency, µs", figure{measure: "Warm", unit: "p50-µs"}, 0},
	}), r.brief)
}

// A call is what an invocation of the job calls takes with the function, without what it takes
// without it, divided by the calls.
var (
	callOfBoth    = difference{allCPU.doing("calls").by("called"), allCPU.doing("calls"), callsOfJob}
	callOfRuntime = difference{warmCPU.doing("calls").by("called"), warmCPU.doing("calls"), callsOfJob}
)

// mostOfCall is the goal for a call: µs of CPU in both processes.
const mostOfCall = 30

// programsPart is the table, with a sentence on calls below it. It is empty if programs were not
// measured.
func programsPart(r *results) string {
	text := ""
	if t := programTable(r); len(t.rows) > 0 {
		text = t.markdown()
	}
	both, found := r.difference(callOfBoth)
	runtime, also := r.difference(callOfRuntime)
	if found && also {
		text += fmt.Sprintf("\nA call of a function costs %s µs of CPU in both processes (%s–%s), %s of them in the runtime's own.\n",
			short(both.middle), short(both.least), short(both.most), short(runtime.middle))
	}
	return text
}

// callGoal is the row of a call in the table of goals.
func callGoal(r *results) []string {
	cost, found := r.difference(callOfBoth)
	if !found {
		return nil
	}
	return goalRow("a call of a program's function, µs of CPU in both processes", mostOfCall, cost)
}
