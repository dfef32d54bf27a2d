package main

import (
	"fmt"
	"io"
	"strings"
)

// row is a line of a table: a figure of ours beside a peer's, and how small their ratio
// is meant to be.
type row struct {
	title          string
	workload, unit string
	peer           string
	target         float64
}

// helloRows are the rows of the first table.
func helloRows(s scale) []row {
	const peer = "aws-lambda-go"
	rows := []row{
		{"CPU per invocation, µs", "Hello", "cpu-µs/op", peer, 0.40},
		{"latency, median, µs", "Hello", "p50-µs", peer, 0.65},
		{"latency, 99th percentile, µs", "Hello", "p99-µs", peer, 0},
		{"CPU per invocation, one every 5 ms, µs", "Paced", "cpu-µs/op", peer, 0},
		{"start to first /next, µs", "Start", "start-µs", peer, 1.3},
		{"CPU up to first /next, µs", "Start", "cpu-µs/op", peer, 0},
		{"page faults up to first /next", "Start", "faults", peer, 1.0},
	}
	for _, n := range s.memory {
		rows = append(rows, row{fmt.Sprintf("peak memory after %d invocations, KiB", n),
			fmt.Sprint("Memory", n), "peak-KiB", peer, 1.0})
	}
	return rows
}

// batchRows are the rows of the second table.
func batchRows() []row {
	var rows []row
	for _, of := range []struct {
		peer   string
		target float64
	}{{"python", 0.60}, {"node", 0.70}, {"go-database-sql", 0.20}, {"sqlambda-json_each", 0}} {
		rows = append(rows,
			row{"CPU per invocation, µs", "Batch", "cpu-µs/op", of.peer, of.target},
			row{"CPU per invocation, the first 20 of a process, µs", "Batch", "early-cpu-µs/op", of.peer, 0},
			row{"latency, median, µs", "Batch", "p50-µs", of.peer, 0})
	}
	return rows
}

// report prints the tables as Markdown.
func report(w io.Writer, o *options, notes []note, out *samples) error {
	var text strings.Builder
	for _, n := range notes {
		fmt.Fprintf(&text, "%s: %s\n", n.key, n.value)
	}
	if o.only != "batch" {
		compared(&text, "hello", helloRows(o.scale), out)
	}
	if o.only != "hello" {
		compared(&text, "batch", batchRows(), out)
		grown(&text, o.records, out)
	}
	for _, s := range out.skipped {
		fmt.Fprintf(&text, "\nLeft out: %s\n", s)
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// compared is a table of ratios. A ratio is the median of those of the rounds, with the
// smallest and the largest.
func compared(text *strings.Builder, title string, rows []row, out *samples) {
	fmt.Fprintf(text, "\n| %s | beside | sqlambda | peer | ratio | of the rounds | target |\n", title)
	fmt.Fprintf(text, "| --- | --- | ---: | ---: | ---: | ---: | ---: |\n")
	for _, r := range rows {
		ours, theirs := out.figures(r.workload, "sqlambda", r.unit), out.figures(r.workload, r.peer, r.unit)
		of := ratios(ours, theirs)
		if len(of) == 0 {
			continue
		}
		target := ""
		if r.target > 0 {
			target = fmt.Sprintf("≤ %.2f", r.target)
		}
		fmt.Fprintf(text, "| %s | %s | %s | %s | %.2f | %.2f–%.2f | %s |\n", r.title, r.peer,
			short(median(values(ours))), short(median(values(theirs))),
			median(of), of[0], of[len(of)-1], target)
	}
}

// grown is the table of how a batch grows.
func grown(text *strings.Builder, records []int, out *samples) {
	fmt.Fprintf(text, "\n| records | event, KiB | by | CPU per record, µs | peak memory above idle, KiB | times the event |\n")
	fmt.Fprintf(text, "| ---: | ---: | --- | ---: | ---: | ---: |\n")
	for _, peer := range []string{"sqlambda", "sqlambda-json_each"} {
		for _, n := range records {
			middle := func(unit string) float64 {
				return median(values(out.figures(growth(n), peer, unit)))
			}
			event, above := middle("event-KiB"), middle("above-KiB")
			if event == 0 {
				continue
			}
			fmt.Fprintf(text, "| %d | %.0f | %s | %.3f | %.0f | %.1f |\n", n, event, peer,
				middle("cpu-µs/record"), above, above/event)
		}
	}
}

// short is a number with three digits that count, or all before the point.
func short(number float64) string {
	switch {
	case number >= 100:
		return fmt.Sprintf("%.0f", number)
	case number >= 10:
		return fmt.Sprintf("%.1f", number)
	default:
		return fmt.Sprintf("%.2f", number)
	}
}
