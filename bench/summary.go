package main

import "fmt"

// cpuTable shows the CPU time of an invocation, for every contender and job but those of
// programs, which have a table of their own.
func cpuTable(r *results) table {
	var columns []column
	for _, j := range jobs {
		if !j.children {
			columns = append(columns, column{j.name, warmCPU.doing(j.name), 0})
		}
	}
	return r.withoutBefore().compared(columns, r.brief)
}

// startTable shows what a start takes, and the memory of the process.
func startTable(r *results) table {
	columns := append(of("hello", startColumns), column{"peak of hello, MiB", peakOf("hello"), mebibytes})
	return r.withoutBefore().compared(columns, r.brief)
}

func peakOf(job string) figure {
	return figure{measure: "Warm", job: job, contender: ours, unit: "peak-KiB"}
}

// withoutBefore leaves out the earlier build, which has a table of its own.
func (r *results) withoutBefore() *results {
	others := &results{}
	for _, s := range r.Samples {
		if s.Contender != before {
			others.Samples = append(others.Samples, s)
		}
	}
	return others
}

// speedTable is the README's table: what ours takes, divided by what the same function takes
// elsewhere.
func speedTable(r *results) table {
	const echo, python, node = "a Go function that returns its event", "Python", "Node"
	latency := figure{measure: "Warm", job: "hello", contender: ours, unit: "p50-µs"}
	t := table{titles: []string{"", "ratio"}}
	for _, line := range []struct {
		title, beside string
		of            figure
		contender     string
	}{
		{"start to the first invocation", python, startTime.doing("hello"), "python"},
		{"start to the first invocation", node, startTime.doing("hello"), "node"},
		{"start to the first invocation", echo, startTime.doing("hello"), "go-echo"},
		{"CPU for hello", echo, warmCPU.doing("hello"), "go-echo"},
		{"CPU for hello", python, warmCPU.doing("hello"), "python"},
		{"latency of hello", echo, latency, "go-echo"},
		{"CPU for a batch of 1,000 records", python, warmCPU.doing("group"), "python"},
		{"CPU for a batch of 1,000 records", node, warmCPU.doing("group"), "node"},
		{"CPU for a batch of 1,000 records", "Go with the same SQL over `json_each`", warmCPU.doing("group"), "go-sqlite"},
		{"CPU for 5,000 rows of a database in the zip", "Go with database/sql", warmCPU.doing("rows"), "go-sqlite"},
		{"CPU for 100 inserts into a file", python, warmCPU.doing("inserts"), "python"},
		{"peak memory of hello", echo, peakOf("hello"), "go-echo"},
		{"peak memory of hello", python, peakOf("hello"), "python"},
	} {
		if q, found := r.ratio(line.of, line.of.by(line.contender)); found {
			t.rows = append(t.rows, []string{line.title + ", beside " + line.beside, fmt.Sprintf("%.2f", q.middle)})
		}
	}
	return t
}
