package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
)

// table prints the levels and keeps the first and the last. The last resident memory is the
// least of the last three rows: what one of the largest events has taken is given back later.
type table struct {
	out         io.Writer
	first, last levels
	rows        int
	resident    [3]int64 // of the last rows
}

func (t *table) add(invocations int, l levels) {
	if t.rows == 0 {
		t.first = l
		fmt.Fprintf(t.out, "%12s %10s %10s %10s %12s %11s %6s %11s %9s\n",
			"invocations", "resident", "Go heap", "SQLite", "allocations", "goroutines", "files", "statements", "processes")
	}
	t.resident[t.rows%len(t.resident)] = l.Resident
	t.rows++
	t.last = l
	if t.rows >= len(t.resident) {
		t.last.Resident = slices.Min(t.resident[:])
	}
	fmt.Fprintf(t.out, "%12d %7.1f MB %7.2f MB %7.2f MB %12d %11d %6d %11d %9d\n", invocations,
		megabytes(l.Resident), megabytes(l.Heap), megabytes(l.SQLite), l.Allocations, l.Goroutines, l.Files, l.Statements, l.Children)
}

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// judge compares the last row with the first. Memory may be higher by noise: it depends on
// which of the largest events came last, and on the garbage collector.
func (t *table) judge() error {
	var problems []error
	for _, c := range []struct {
		name              string
		first, last, more int64
	}{
		{"resident memory", t.first.Resident, t.last.Resident, residentNoise},
		{"Go's heap", t.first.Heap, t.last.Heap, 4 << 20},
		{"SQLite's memory", t.first.SQLite, t.last.SQLite, 1 << 20},
		{"SQLite's allocations", t.first.Allocations, t.last.Allocations, 200},
		{"goroutines", t.first.Goroutines, t.last.Goroutines, 0},
		{"open files", t.first.Files, t.last.Files, 0},
		{"processes", t.first.Children, t.last.Children, 0},
		{"prepared statements", t.first.Statements, t.last.Statements, 0},
	} {
		if c.last > c.first+c.more {
			problems = append(problems, fmt.Errorf("%s grew from %d to %d", c.name, c.first, c.last))
		}
	}
	return errors.Join(problems...)
}
