package main

import (
	"fmt"
	"slices"
)

// watched are the figures by which two builds are compared.
var watched = []column{
	{"hello: start, µs", figure{measure: "Start", job: "hello", unit: "start-µs"}, 0},
	{"hello: CPU of a start, µs", figure{measure: "Start", job: "hello", unit: "cpu-µs/op"}, 0},
	{"hello: page faults of a start", figure{measure: "Start", job: "hello", unit: "faults"}, 0},
	{"hello: start, not in the page cache, µs", figure{measure: "Cold", job: "hello", unit: "start-µs"}, 0},
	{"lookup: start, µs", figure{measure: "Start", job: "lookup", unit: "start-µs"}, 0},
	{"hello: CPU, µs", figure{measure: "Warm", job: "hello", unit: "cpu-µs/op"}, 0},
	{"hello: CPU of the first 20, µs", figure{measure: "Warm", job: "hello", unit: "early-cpu-µs/op"}, 0},
	{"hello: CPU of one every 5 ms, µs", figure{measure: "Paced", job: "hello", unit: "cpu-µs/op"}, 0},
	{"hello: median latency, µs", figure{measure: "Warm", job: "hello", unit: "p50-µs"}, 0},
	{"group, 1,000 records: CPU, µs", figure{measure: "Warm", job: "group", unit: "cpu-µs/op"}, 0},
	{"reshape, 1,000 records: CPU, µs", figure{measure: "Warm", job: "reshape", unit: "cpu-µs/op"}, 0},
	{"lookup: CPU, µs", figure{measure: "Warm", job: "lookup", unit: "cpu-µs/op"}, 0},
	{"rows, 5,000: CPU, µs", figure{measure: "Warm", job: "rows", unit: "cpu-µs/op"}, 0},
	{"echo, 1 MB passed through: CPU, µs", figure{measure: "Warm", job: "echo", unit: "cpu-µs/op"}, 0},
	{"inserts, 100: CPU, µs", figure{measure: "Warm", job: "inserts", unit: "cpu-µs/op"}, 0},
	{"hello: peak memory, MiB", figure{measure: "Warm", job: "hello", unit: "peak-KiB"}, mebibytes},
	{"hello: peak memory after 200,000, MiB", figure{measure: "Flat", job: "hello", size: 200_000, unit: "peak-KiB"}, mebibytes},
	{"group: peak memory, MiB", figure{measure: "Warm", job: "group", unit: "peak-KiB"}, mebibytes},
	{"echo: peak memory, MiB", figure{measure: "Warm", job: "echo", unit: "peak-KiB"}, mebibytes},
	{"zip, KiB", figure{measure: "Package", job: "hello", unit: "zip-KiB"}, 0},
}

// beforeTable shows both builds beside each other, with the ratio of their figures in the
// same round. It has no rows if only one build was measured.
func beforeTable(r *results) table {
	t := table{titles: []string{"", "before", "now", "now of before"}}
	for _, c := range watched {
		q, found := r.ratio(c.by(ours), c.by(before))
		if found {
			t.rows = append(t.rows, []string{c.title, r.spread(c, before), r.spread(c, ours), q.String()})
		}
	}
	return t
}

// beforePart is the table with a sentence above it, or nothing.
func beforePart(r *results) string {
	t := beforeTable(r)
	if len(t.rows) == 0 {
		return ""
	}
	return "The build before and this one, in the same run. The brackets hold the smallest and the largest round:\n\n" + t.markdown()
}

// spread formats the median of a figure's rounds, with the smallest and the largest.
func (r *results) spread(c column, by string) string {
	var numbers []float64
	for _, number := range r.rounds(c.by(by)) {
		if c.scale != 0 {
			number *= c.scale
		}
		numbers = append(numbers, number)
	}
	least, most := slices.Min(numbers), slices.Max(numbers)
	if least == most {
		return short(least)
	}
	return fmt.Sprintf("%s (%s–%s)", short(median(numbers)), short(least), short(most))
}
