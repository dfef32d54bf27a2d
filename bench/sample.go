package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// results are what a run measured. Tables and pages are made of them, and they are written
// and read as JSON.
type results struct {
	Notes   []note   `json:"notes"`   // where the figures come from
	Skipped []string `json:"skipped"` // what was left out, and why
	Samples []sample `json:"samples"`

	raw io.Writer // of samples, as they are taken
}

// sample is what one round measured of one contender.
type sample struct {
	Measure   string  `json:"measure"`
	Job       string  `json:"job"`
	Contender string  `json:"contender"`
	Size      int     `json:"size,omitempty"` // of the event, or of the load
	Round     int     `json:"round"`
	N         int     `json:"n"` // invocations or starts
	Values    []value `json:"values"`
}

// value is a figure. Its unit is its name, as in Go's benchmark format.
type value struct {
	Unit   string  `json:"unit"`
	Number float64 `json:"number"`
}

// note is a line about where figures come from.
type note struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// readResults reads the results that an earlier run has written.
func readResults(file string) (*results, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	r := &results{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

// add keeps a sample and shows it.
func (r *results) add(s sample) {
	r.Samples = append(r.Samples, s)
	fmt.Fprintln(r.raw, s)
}

// String formats the sample in Go's benchmark format, which benchstat reads.
// https://go.dev/design/14313-benchmark-format
func (s sample) String() string {
	var line strings.Builder
	fmt.Fprintf(&line, "Benchmark%s/job=%s", s.Measure, s.Job)
	if s.Size > 0 {
		fmt.Fprintf(&line, "/size=%d", s.Size)
	}
	fmt.Fprintf(&line, "/by=%s %d", s.Contender, s.N)
	for _, v := range s.Values {
		fmt.Fprintf(&line, " %.6g %s", v.Number, v.Unit)
	}
	return line.String()
}

// text formats all results in Go's benchmark format.
func (r *results) text() string {
	var text strings.Builder
	for _, n := range r.Notes {
		fmt.Fprintf(&text, "%s: %s\n", n.Key, n.Value)
	}
	for _, s := range r.Samples {
		fmt.Fprintln(&text, s)
	}
	return text.String()
}

// note returns the value of a note, or "" if it does not exist.
func (r *results) note(key string) string {
	for _, n := range r.Notes {
		if n.Key == key {
			return n.Value
		}
	}
	return ""
}

// figure names something that was measured.
type figure struct {
	measure, job, contender string
	size                    int
	unit                    string
}

func (f figure) by(contender string) figure {
	f.contender = contender
	return f
}

// rounds returns the numbers of a figure by round.
func (r *results) rounds(f figure) map[int]float64 {
	numbers := map[int]float64{}
	for _, s := range r.Samples {
		if s.Measure != f.measure || s.Job != f.job || s.Contender != f.contender || s.Size != f.size {
			continue
		}
		for _, v := range s.Values {
			if v.Unit == f.unit {
				numbers[s.Round] = v.Number
			}
		}
	}
	return numbers
}

// middle returns the median of a figure's rounds.
func (r *results) middle(f figure) (number float64, found bool) {
	numbers := r.rounds(f)
	var list []float64
	for _, number := range numbers {
		list = append(list, number)
	}
	return median(list), len(list) > 0
}

// ratio compares two figures by the ratios of their rounds: the median, the smallest and the
// largest.
type ratio struct{ middle, least, most float64 }

// ratio returns the ratio of two figures. It is not found if no round has both.
func (r *results) ratio(of, beside figure) (q ratio, found bool) {
	return r.byRounds(of, beside, func(a, b float64) float64 { return a / b })
}

// byRounds computes a number of two figures, which are above 0, in each round that has both.
func (r *results) byRounds(of, beside figure, compute func(a, b float64) float64) (q ratio, found bool) {
	a, b := r.rounds(of), r.rounds(beside)
	var list []float64
	for round, number := range a {
		if other := b[round]; other > 0 {
			list = append(list, compute(number, other))
		}
	}
	if len(list) == 0 {
		return ratio{}, false
	}
	return ratio{median(list), slices.Min(list), slices.Max(list)}, true
}

// difference is what a figure has more than another, shared by a number.
type difference struct {
	of, without figure
	shares      float64
}

// difference returns a difference by rounds. It is not found if no round has both figures.
func (r *results) difference(d difference) (q ratio, found bool) {
	return r.byRounds(d.of, d.without, func(a, b float64) float64 { return (a - b) / d.shares })
}

// median returns the middle of numbers in any order, or 0 if there are none.
func median(numbers []float64) float64 { return quantile(numbers, 0.5) }

// quantile returns the number below which a part q of the numbers lies.
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
