package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryJob runs every job for every contender that is installed, once and small: their
// answers are compared, and no figure is looked at but that it is there.
func TestEveryJob(t *testing.T) {
	if testing.Short() {
		t.Skip("builds five programs and starts a hundred processes")
	}
	var stdout, stderr bytes.Buffer
	if err := bench([]string{"-quick", "-json"}, &stdout, &stderr); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	r := &results{}
	if err := json.Unmarshal(stdout.Bytes(), r); err != nil {
		t.Fatal(err)
	}
	for _, word := range r.Skipped {
		t.Log("left out: ", word)
	}
	for _, j := range jobs {
		for _, c := range contenders {
			leftOut := strings.Contains(strings.Join(r.Skipped, "\n"), c.name+": ")
			cpu, found := r.middle(warmCPU.doing(j.name).by(c.name))
			if want := doesJob(c, j.name) && !leftOut && c.name != before; found != want || found && cpu <= 0 {
				t.Errorf("%s by %s: %v µs, found: %v, wanted: %v", j.name, c.name, cpu, found, want)
			}
		}
	}
	for _, f := range []figure{
		startTime.doing("hello"), peak.doing("hello").sized(200),
		{"Cold", "hello", ours, 0, "start-µs"}, {"Package", "hello", "go-echo", 0, "zip-KiB"},
		{"Grow", "group", ours, 10, "cpu-µs/record"}, {"Grow", "rows", "go-sqlite", 100, "above-KiB"},
	} {
		if number, found := r.middle(f); !found || number <= 0 {
			t.Errorf("%+v is %v, %v", f, number, found)
		}
	}
}

func doesJob(c *contender, name string) bool {
	return strings.Contains(","+strings.Join(c.jobs, ",")+",", ","+name+",")
}

// TestBootstrapFails: a runtime that ends is an error that says what it printed.
func TestBootstrapFails(t *testing.T) {
	script := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho out of order >&2\nexit 3\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	f := &function{contender: &contender{name: "broken"}, command: []string{script}}
	_, err := f.start()
	if want := "broken ended: exit status 3\nout of order"; fmt.Sprint(err) != want {
		t.Errorf("error is %q, not %q", err, want)
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		arguments string
		want      string // jobs, contenders, rounds, invocations, items; or the error's beginning
	}{
		{"", "hello,group,reshape,lookup,rows,echo,script,calls,inserts 12 7 5000 465000"},
		{"-before bootstrap", "hello,group,reshape,lookup,rows,echo,script,calls,inserts 13 7 5000 465000"},
		{"-before bootstrap -contenders sqlambda -jobs group", "group 2 7 5000 465000"},
		{"-contenders sqlambda -jobs group", "group 1 7 5000 465000"},
		{"-contenders before", `there is no contender "before": go-echo, `},
		{"-quick", "hello,group,reshape,lookup,rows,echo,script,calls,inserts 12 1 100 10000"},
		{"-quick -rounds 3", "hello,group,reshape,lookup,rows,echo,script,calls,inserts 12 3 100 10000"},
		{"-jobs rows,hello -contenders node", "hello,rows 2 7 5000 465000"},
		{"-contenders node,sqlambda -jobs group", "group 2 7 5000 465000"},
		{"-jobs both", `there is no job "both": hello, group, `},
		{"-contenders perl", `there is no contender "perl": go-echo, `},
		{"hello", "there are no arguments"},
		{"-h", "flag: help requested"},
	} {
		var stderr bytes.Buffer
		o, err := parse(strings.Fields(test.arguments), &stderr)
		got := fmt.Sprint(err)
		if err == nil {
			names := strings.ReplaceAll(names(o.jobs, jobName), ", ", ",")
			got = fmt.Sprint(names, " ", len(o.contenders), o.rounds, o.invocations, o.items)
			if o.contenders[0].name != ours {
				t.Errorf("%q: the first is %s", test.arguments, o.contenders[0].name)
			}
		}
		if !strings.HasPrefix(got, test.want) {
			t.Errorf("%q: %s, not %s", test.arguments, got, test.want)
		}
		if err == flag.ErrHelp && !strings.Contains(stderr.String(), "-rounds") {
			t.Errorf("help is %q", &stderr)
		}
	}
}

// TestAgree: what the contenders answer is looked at.
func TestAgree(t *testing.T) {
	const want = `[{"customer":"a","count":2,"sum":1.75},{"customer":"b","count":1,"sum":2.0}]`
	for _, test := range []struct {
		answer             string
		ordered, unordered bool
	}{
		{want, true, true},
		{`[{"sum":1.75,"count":2,"customer":"a"},{"customer":"b","count":1,"sum":2}]`, true, true},
		{`[{"customer":"b","count":1,"sum":2},{"customer":"a","count":2,"sum":1.75}]`, false, true},
		{`[{"customer":"a","count":2,"sum":1.75}]`, false, false},
		{`[{"customer":"a","count":1,"sum":1.75},{"customer":"b","count":1,"sum":2}]`, false, false},
		{`null`, false, false},
		{`{"errorType":"x"}`, false, false},
		{`no JSON`, false, false},
	} {
		for _, j := range []*job{{name: "x"}, {name: "x", unordered: true}} {
			agreed := test.ordered
			if j.unordered {
				agreed = test.unordered
			}
			if err := j.agree([]byte(test.answer), []byte(want)); (err == nil) != agreed {
				t.Errorf("%s, unordered %v: %v", test.answer, j.unordered, err)
			}
		}
	}
}

// TestEvents: the sizes are those that the pages say, and below Lambda's 6 MiB.
func TestEvents(t *testing.T) {
	for _, test := range []struct {
		event       []byte
		least, most int
	}{
		{ordersEvent(1000), 70 << 10, 80 << 10},
		{ordersEvent(13_400), 1_000_000, 1 << 20},
		{shortOrdersEvent(100_000), 5 << 20, 6 << 20},
	} {
		if n := len(test.event); n < test.least || n > test.most || !json.Valid(test.event) {
			t.Errorf("%.50s has %d bytes", test.event, n)
		}
	}
	skus := map[string]bool{}
	for _, event := range lookupEvents(full) {
		skus[string(event)] = true
	}
	if len(skus) != 1000 {
		t.Errorf("%d items are looked up", len(skus))
	}
}

func TestQuantile(t *testing.T) {
	numbers := []float64{4, 1, 3, 2, 5}
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 0.875: 4.5, 1: 5} {
		if got := quantile(numbers, q); math.Abs(got-want) > 1e-9 {
			t.Errorf("quantile %v is %v, not %v", q, got, want)
		}
	}
	if got := median([]float64{2, 1}); got != 1.5 {
		t.Errorf("median is %v", got)
	}
}

// found are results with CPU times of hello, by round.
func found(numbers map[string][]float64) *results {
	r := &results{raw: &bytes.Buffer{}}
	for contender, list := range numbers {
		for round, number := range list {
			r.add(sample{Measure: "Warm", Job: "hello", Contender: contender, Round: round, N: 1,
				Values: []value{{"cpu-µs/op", number}, {"peak-KiB", 2048}}})
		}
	}
	return r
}

// TestRatios: rounds are compared with themselves, and only those that both have.
func TestRatios(t *testing.T) {
	r := found(map[string][]float64{ours: {2, 9, 5, 7}, "go-echo": {1, 3, 10}})
	q, ok := r.ratio(warmCPU.doing("hello"), warmCPU.doing("hello").by("go-echo"))
	if !ok || fmt.Sprint(q) != "2.00 (0.50–3.00)" {
		t.Errorf("the ratio is %v, %v", q, ok)
	}
	if _, ok := r.ratio(warmCPU.doing("hello"), warmCPU.doing("hello").by("node")); ok {
		t.Error("a ratio to what was not measured")
	}
	goals := goalTable(r).markdown()
	if want := "| hello, CPU, beside the Go echo | 0.35 | 2.00 | 0.50–3.00 | no |"; !strings.Contains(goals, want) {
		t.Errorf("%s is not in\n%s", want, goals)
	}
}

// TestPrograms: what a call costs is a difference within a round, and nothing is said of what was
// not measured.
func TestPrograms(t *testing.T) {
	r := &results{raw: &bytes.Buffer{}}
	if got := programsPart(r); got != "" {
		t.Errorf("of nothing: %s", got)
	}
	for round, numbers := range [][4]float64{{100, 100, 500, 1000}, {200, 200, 700, 1300}, {100, 100, 900, 1400}} {
		r.add(sample{Measure: "Warm", Job: "calls", Contender: ours, Round: round,
			Values: []value{{"cpu-µs/op", numbers[0]}, {"all-cpu-µs/op", numbers[1]}}})
		r.add(sample{Measure: "Warm", Job: "calls", Contender: "called", Round: round,
			Values: []value{{"cpu-µs/op", numbers[2]}, {"all-cpu-µs/op", numbers[3]}}})
	}
	if got, want := programsPart(r), "11.0 µs of CPU in both processes (9.00–13.0), 5.00 of them in the runtime's own."; !strings.Contains(got, want) {
		t.Errorf("%q does not say %q", got, want)
	}
	if got, want := goalTable(r).markdown(), "| a call of a program's function, µs of CPU in both processes | 30.00 | 11.00 | 9.00–13.00 | yes |"; !strings.Contains(got, want) {
		t.Errorf("%s is not in\n%s", want, got)
	}
}

// TestFill: a page whose part is missing is an error, and only the parts change.
func TestFill(t *testing.T) {
	const page = "# A\n<!-- a -->\nold\n<!-- /a -->\nend\n"
	if text, err := fill(page, map[string]string{"a": "new\n"}); text != "# A\n<!-- a -->\nnew\n<!-- /a -->\nend\n" || err != nil {
		t.Errorf("the page is %s, %v", text, err)
	}
	if _, err := fill(page, map[string]string{"b": ""}); err == nil || !strings.Contains(err.Error(), "<!-- b -->") {
		t.Errorf("error is %v", err)
	}
}

// TestPages: the figures in the pages are those of bench/results.json.
func TestPages(t *testing.T) {
	r, err := readResults("results.json")
	if err != nil {
		t.Fatal(err)
	}
	for page, parts := range pages(r) {
		text, err := os.ReadFile(filepath.Join("..", page))
		if err != nil {
			t.Fatal(err)
		}
		filled, err := fill(string(text), parts)
		if err != nil || filled != string(text) {
			t.Errorf("%s is not of bench/results.json: %v (go -C bench run . -from results.json -write)", page, err)
		}
	}
}

// TestBefore: two builds beside each other, and no table where there is only one.
func TestBefore(t *testing.T) {
	got := beforeTable(found(map[string][]float64{ours: {2, 9, 5}, before: {4, 10, 4}})).markdown()
	if want := "| hello: CPU, µs | 4.00 (4.00–10.0) | 5.00 (2.00–9.00) | 0.90 (0.50–1.25) |"; !strings.Contains(got, want) {
		t.Errorf("%s is not in\n%s", want, got)
	}
	if t1 := beforeTable(found(map[string][]float64{ours: {2}})); len(t1.rows) > 0 {
		t.Errorf("a table of one build: %v", t1.rows)
	}
}
