package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// sample is what one round found of one peer, in the units that it is printed with.
type sample struct {
	workload, peer string
	round          int
	n              int // invocations or starts
	values         []value
}

// value is a figure: its unit is its name, as in Go's benchmark format.
type value struct {
	unit   string
	number float64
}

// samples are the samples of a run, in the order they were taken.
type samples struct {
	list    []sample
	raw     io.Writer
	skipped []string // peers left out, and why
}

// add keeps a sample and writes it in Go's benchmark format, which benchstat reads.
// https://go.dev/design/14313-benchmark-format
func (s *samples) add(new sample) {
	s.list = append(s.list, new)
	var line strings.Builder
	fmt.Fprintf(&line, "Benchmark%s/peer=%s %d", new.workload, new.peer, new.n)
	for _, v := range new.values {
		fmt.Fprintf(&line, " %.6g %s", v.number, v.unit)
	}
	fmt.Fprintln(s.raw, line.String())
}

// figures are a peer's figures of one unit by round.
func (s *samples) figures(workload, peer, unit string) map[int]float64 {
	of := map[int][]float64{}
	for _, sample := range s.list {
		if sample.workload != workload || sample.peer != peer {
			continue
		}
		for _, v := range sample.values {
			if v.unit == unit {
				of[sample.round] = append(of[sample.round], v.number)
			}
		}
	}
	figures := map[int]float64{}
	for round, numbers := range of {
		figures[round] = median(numbers)
	}
	return figures
}

// ratios are those of two peers' figures in the same round, in ascending order.
func ratios(a, b map[int]float64) []float64 {
	var list []float64
	for round, number := range a {
		if other, ok := b[round]; ok && other > 0 {
			list = append(list, number/other)
		}
	}
	slices.Sort(list)
	return list
}

func values(figures map[int]float64) []float64 {
	var list []float64
	for _, number := range figures {
		list = append(list, number)
	}
	slices.Sort(list)
	return list
}

// median is the middle of some numbers, in whatever order; 0 of none.
func median(numbers []float64) float64 { return quantile(numbers, 0.5) }

// quantile is the number below which a part q of the numbers is.
func quantile(numbers []float64, q float64) float64 {
	if len(numbers) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(numbers))
	at := q * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (sorted[high]-sorted[low])*(at-float64(low))
}

func microseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
