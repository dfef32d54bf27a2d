package main

import "fmt"

// goal is the largest ratio that a figure of ours may have to another.
type goal struct {
	title      string
	of, beside figure
	atMost     float64
}

var (
	warmCPU   = figure{measure: "Warm", contender: ours, unit: "cpu-µs/op"}
	allCPU    = figure{measure: "Warm", contender: ours, unit: "all-cpu-µs/op"}
	startTime = figure{measure: "Start", contender: ours, unit: "start-µs"}
	faults    = figure{measure: "Start", contender: ours, unit: "faults"}
	peak      = figure{measure: "Flat", contender: ours, unit: "peak-KiB"}
)

func (f figure) doing(job string) figure {
	f.job = job
	return f
}

func (f figure) sized(size int) figure {
	f.size = size
	return f
}

// beside returns a goal that compares our figure with another contender's.
func beside(title string, of figure, contender string, atMost float64) goal {
	return goal{title, of, of.by(contender), atMost}
}

// goals are what the project aims for.
var goals = []goal{
	beside("hello, CPU, beside the Go echo", warmCPU.doing("hello"), "go-echo", 0.35),
	beside("hello, CPU, beside the C limit", warmCPU.doing("hello"), "c-echo", 1.5),
	beside("hello, start, beside the Go echo", startTime.doing("hello"), "go-echo", 1.05),
	beside("hello, page faults of a start, beside the Go echo", faults.doing("hello"), "go-echo", 1.05),
	beside("hello, start, beside Python", startTime.doing("hello"), "python", 0.10),
	beside("hello, start, beside Node", startTime.doing("hello"), "node", 0.15),
	beside("group, CPU, beside Python", warmCPU.doing("group"), "python", 0.50),
	beside("group, CPU, beside Node", warmCPU.doing("group"), "node", 0.45),
	beside("reshape, CPU, beside Python", warmCPU.doing("reshape"), "python", 0.60),
	beside("reshape, CPU, beside Node", warmCPU.doing("reshape"), "node", 0.50),
	beside("rows, CPU, beside database/sql", warmCPU.doing("rows"), "go-sqlite", 0.50),
	beside("lookup, CPU, beside database/sql", warmCPU.doing("lookup"), "go-sqlite", 0.50),
	beside("inserts, CPU, beside Python", warmCPU.doing("inserts"), "python", 0.70),
	{"script: a kept program, CPU of the runtime, beside hello in SQL", warmCPU.doing("script").by("kept"), warmCPU.doing("script"), 1.5},
	{"script: a process for each invocation, CPU of all, beside Python's", allCPU.doing("script").by("spawned"), allCPU.doing("script").by("python-shim"), 0.5},
	beside("echo, CPU, beside the Go echo", warmCPU.doing("echo"), "go-echo", 0.25),
	beside("echo, CPU, beside the C limit", warmCPU.doing("echo"), "c-echo", 6.0),
	{"hello, peak memory after 200,000 invocations, beside that after 50,000",
		peak.doing("hello").sized(200_000), peak.doing("hello").sized(50_000), 1.05},
}

// goalTable shows the ratios beside their goals.
func goalTable(r *results) table {
	t := table{titles: []string{"goal", "at most", "ratio", "of the rounds", "reached"}}
	for _, g := range goals {
		q, found := r.ratio(g.of, g.beside)
		if !found {
			continue
		}
		t.rows = append(t.rows, goalRow(g.title, g.atMost, q))
	}
	if row := callGoal(r); row != nil {
		t.rows = append(t.rows, row)
	}
	return t
}

func goalRow(title string, atMost float64, q ratio) []string {
	reached := "yes"
	if q.middle > atMost {
		reached = "no"
	}
	return []string{title, fmt.Sprintf("%.2f", atMost), fmt.Sprintf("%.2f", q.middle), fmt.Sprintf("%.2f–%.2f", q.least, q.most), reached}
}
