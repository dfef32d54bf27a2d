package main

import (
	"fmt"
	"math"
)

// Lambda's published prices of the first tier in US East (N. Virginia), without the free
// tier, as of November 2025. https://aws.amazon.com/lambda/pricing/
const (
	priceRegion    = "US East (N. Virginia)"
	priceDate      = "November 2025"
	x86GBSecond    = 0.0000166667 // dollars
	arm64GBSecond  = 0.0000133334
	millionRequest = 0.20
)

// wholeCore is the memory, in MB, at which a function has one vCPU; below, its share of
// one is in proportion. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const wholeCore = 1769

// memories are the settings that the page has, in MB.
var memories = []int{128, 512, 1769}

// billed is how many milliseconds are billed for some CPU time, in microseconds, of one
// thread that has its share of a vCPU.
func billed(cpu float64, memory int) float64 {
	share := math.Min(1, float64(memory)/wholeCore)
	return math.Max(1, math.Ceil(cpu/1000/share))
}

// dollars is what a million invocations cost that are each billed for ms.
func dollars(ms float64, memory int) float64 {
	return computed(ms, memory) + millionRequest
}

// computed is the part of it that is for time.
func computed(ms float64, memory int) float64 {
	return 1e6 * ms / 1000 * float64(memory) / 1024 * x86GBSecond
}

// priceTable are the prices that the page counts with.
func priceTable() table {
	return table{
		titles: []string{priceRegion + ", " + priceDate, "dollars"},
		rows: [][]string{
			{"a GB-second, x86", fmt.Sprintf("%.10f", x86GBSecond)},
			{"a GB-second, arm64", fmt.Sprintf("%.10f", arm64GBSecond)},
			{"a million requests", fmt.Sprintf("%.2f", millionRequest)},
		},
	}
}

// costs are the tables of the page: of warm invocations of every job, and of cold starts.
func costs(r *results) []section {
	var report []section
	for _, j := range jobs {
		t := r.cost(warmCPU.doing(j.name), peakOf(j.name), dollars)
		if len(t.rows) > 0 {
			report = append(report, section{heading: j.name, about: upper(j.about) + ".", tables: []table{t}})
		}
	}
	start := startTime.doing("hello")
	start.unit = "cpu-µs/op"
	return append(report, section{
		heading: "cold starts",
		about:   "What hello takes until it asks for its first invocation, a million times, in addition to the invocations themselves.",
		tables:  []table{r.cost(start, peakOf("hello"), computed)},
	})
}

func peakOf(job string) figure {
	return figure{measure: "Warm", job: job, contender: ours, unit: "peak-KiB"}
}

// cost is a table of what a figure of CPU time costs every contender at every memory.
func (r *results) cost(cpu, peak figure, dollars func(ms float64, memory int) float64) table {
	t := table{titles: []string{"by", "CPU, µs", "peak, MiB"}}
	for _, memory := range memories {
		t.titles = append(t.titles, fmt.Sprintf("%s MB: ms", thousands(memory)), "$ a million")
	}
	for _, c := range contenders {
		if c.echoes && c.name != "go-echo" {
			continue // no one deploys the limit
		}
		us, found := r.middle(cpu.by(c.name))
		kib, hasPeak := r.middle(peak.by(c.name))
		if !found || !hasPeak {
			continue
		}
		row := []string{c.name, short(us), short(kib * mebibytes)}
		for _, memory := range memories {
			if kib*mebibytes > float64(memory) {
				row = append(row, "", "does not fit")
				continue
			}
			ms := billed(us, memory)
			row = append(row, fmt.Sprintf("%.0f", ms), fmt.Sprintf("%.2f", dollars(ms, memory)))
		}
		t.rows = append(t.rows, row)
	}
	return t
}
