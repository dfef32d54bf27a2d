package main

import (
	"fmt"
	"slices"
	"strings"
)

// column is a figure that a table shows for every contender.
type column struct {
	title string
	figure
	scale float64 // of the number, 0: as it is
}

// of gives all columns a job.
func of(job string, columns []column) []column {
	columns = slices.Clone(columns)
	for i := range columns {
		columns[i].job = job
	}
	return columns
}

// compared makes a table of figures, with a row for each contender that has any of them.
func (r *results) compared(columns []column, cell func(column, string) string) table {
	t := table{titles: []string{"by"}}
	for _, c := range columns {
		t.titles = append(t.titles, c.title)
	}
	for _, by := range contenders {
		row := []string{by.name}
		some := false
		for _, c := range columns {
			text := cell(c, by.name)
			some = some || text != ""
			row = append(row, text)
		}
		if some {
			t.rows = append(t.rows, row)
		}
	}
	return t
}

// brief formats a contender's figure and our ratio to it.
func (r *results) brief(c column, by string) string {
	number, found := r.middle(c.by(by))
	if !found {
		return ""
	}
	if c.scale != 0 {
		number *= c.scale
	}
	const meaningless = 100 // a program beside a script
	if q, found := r.ratio(c.by(ours), c.by(by)); found && by != ours && q.middle < meaningless {
		return fmt.Sprintf("%s · %.2f", short(number), q.middle)
	}
	return short(number)
}

// whole does the same and adds the spread of the ratio.
func (r *results) whole(c column, by string) string {
	text := r.brief(c, by)
	q, found := r.ratio(c.by(ours), c.by(by))
	if by == ours || !found || q.least == q.most {
		return text
	}
	return text + fmt.Sprintf(" (%.2f–%.2f)", q.least, q.most)
}

// String formats the ratio with its spread.
func (q ratio) String() string { return fmt.Sprintf("%.2f (%.2f–%.2f)", q.middle, q.least, q.most) }

const mebibytes = 1.0 / 1024 // of KiB

// warmColumns are the table that every job has.
var warmColumns = []column{
	{"CPU, µs", figure{measure: "Warm", unit: "cpu-µs/op"}, 0},
	{"first 20, CPU, µs", figure{measure: "Warm", unit: "early-cpu-µs/op"}, 0},
	{"median, µs", figure{measure: "Warm", unit: "p50-µs"}, 0},
	{"99th percentile, µs", figure{measure: "Warm", unit: "p99-µs"}, 0},
	{"peak, MiB", figure{measure: "Warm", unit: "peak-KiB"}, mebibytes},
}

// startColumns are the table of jobs whose starts are measured.
var startColumns = []column{
	{"start, µs", figure{measure: "Start", unit: "start-µs"}, 0},
	{"its CPU, µs", figure{measure: "Start", unit: "cpu-µs/op"}, 0},
	{"page faults", figure{measure: "Start", unit: "faults"}, 0},
	{"not in the page cache, µs", figure{measure: "Cold", unit: "start-µs"}, 0},
	{"major faults", figure{measure: "Cold", unit: "major-faults"}, 0},
	{"zip, KiB", figure{measure: "Package", unit: "zip-KiB"}, 0},
}

var pacedColumns = []column{
	{"one every 5 ms: CPU, µs", figure{measure: "Paced", unit: "cpu-µs/op"}, 0},
	{"median, µs", figure{measure: "Paced", unit: "p50-µs"}, 0},
}

// report makes tables of everything that was measured.
func report(r *results) []section {
	report := []section{{"goals", "", []table{goalTable(r)}}, {"before and now", "", []table{beforeTable(r)}}}
	if len(report[1].tables[0].rows) == 0 {
		report = report[:1]
	}
	for _, j := range jobs {
		s := section{heading: j.name, about: upper(j.about) + ".", tables: []table{
			r.compared(of(j.name, warmColumns), r.whole),
			r.compared(of(j.name, pacedColumns), r.whole),
		}}
		if _, has := r.middle(figure{"Start", j.name, ours, 0, "start-µs"}); has {
			s.tables = append(s.tables, r.compared(of(j.name, startColumns), r.whole))
		}
		s.tables = append(s.tables, r.compared(of(j.name, r.flatColumns(j)), r.whole))
		s.tables = append(s.tables, r.grown(j)...)
		if len(s.tables[0].rows) > 0 {
			report = append(report, s)
		}
	}
	if len(r.Skipped) > 0 {
		report = append(report, section{heading: "left out", about: strings.Join(r.Skipped, ". ") + "."})
	}
	return report
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// sizes returns the sizes at which a job was measured, in ascending order.
func (r *results) sizes(measure, job string) (sizes []int) {
	last := 0
	for _, s := range r.Samples {
		if s.Measure == measure && s.Job == job && s.Size > last {
			last = s.Size
			sizes = append(sizes, last)
		}
	}
	return sizes
}

// flatColumns returns the columns of memory after many invocations.
func (r *results) flatColumns(j *job) (columns []column) {
	for _, n := range r.sizes("Flat", j.name) {
		columns = append(columns, column{fmt.Sprintf("peak after %s invocations, MiB", thousands(n)),
			figure{measure: "Flat", size: n, unit: "peak-KiB"}, mebibytes})
	}
	return columns
}

// grown makes the tables of a job at its sizes.
func (r *results) grown(j *job) []table {
	if j.growth == nil {
		return nil
	}
	var cpu, memory []column
	for _, n := range r.sizes("Grow", j.name) {
		cpu = append(cpu, column{fmt.Sprintf("%s: CPU, µs a %s", thousands(n), j.growth.unit),
			figure{measure: "Grow", size: n, unit: "cpu-µs/" + j.growth.unit}, 0})
		memory = append(memory, column{fmt.Sprintf("%s: MiB above idle", thousands(n)),
			figure{measure: "Grow", size: n, unit: "above-KiB"}, mebibytes})
	}
	return []table{r.compared(of(j.name, cpu), r.whole), r.compared(of(j.name, memory), r.whole)}
}

// thousands formats a number as text does: 10,000.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// machineLine says where the figures come from.
func machineLine(r *results) string {
	return fmt.Sprintf("%s, %s cores; %s; %s, aws-lambda-go %s, modernc.org/sqlite %s, %s, Node %s, %s; sqlambda at %s.\n",
		r.note("cpu"), r.note("cores"), r.note("kernel"), r.note("go"), r.note("aws-lambda-go"),
		r.note("modernc.org/sqlite"), r.note("python"), r.note("node"), r.note("cc"), r.note("sqlambda"))
}
