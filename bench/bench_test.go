package main

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestQuick runs all of it, once and small: no figure is looked at but that it is there.
func TestQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("builds three programs and starts some forty processes")
	}
	results := filepath.Join(t.TempDir(), "results.txt")
	var stdout, stderr bytes.Buffer
	if err := run([]string{"-quick", "-o", results}, &stdout, &stderr); err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	for _, line := range []string{
		"| CPU per invocation, µs | aws-lambda-go | ",
		"| page faults up to first /next | aws-lambda-go | ",
		"| peak memory after 400 invocations, KiB | aws-lambda-go | ",
		"| CPU per invocation, µs | go-database-sql | ",
		"| 1000 | 76 | sqlambda | ",
	} {
		if !strings.Contains(stdout.String(), "\n"+line) {
			t.Errorf("no line %q in\n%s", line, &stdout)
		}
	}
	raw, err := os.ReadFile(results)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), "\nBenchmarkBatch/peer=sqlambda ") || !strings.Contains(string(raw), "\ncpu: ") {
		t.Errorf("results:\n%s", raw)
	}
}

// TestBootstrapFails: a runtime that ends is an error that says what it printed.
func TestBootstrapFails(t *testing.T) {
	script := filepath.Join(t.TempDir(), "bootstrap")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho out of order >&2\nexit 3\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	_, err := start(&peer{name: "broken", command: []string{script}})
	if want := "broken ended: exit status 3\nout of order"; fmt.Sprint(err) != want {
		t.Errorf("error is %q, not %q", err, want)
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		arguments string
		want      string // of results, rounds, invocations, batches and the first size
	}{
		{"", "whole 7 5000 200 100"},
		{"-quick", "1 200 10 100"},
		{"-quick -rounds 3", "3 200 10 100"},
		{"-only hello", "7 5000 200 100"},
		{"-invocations 1000 -rounds 1", "whole 1 1000 40 100"},
		{"-only both", "error"},
		{"hello", "error"},
		{"-h", "error"},
	} {
		var stderr bytes.Buffer
		o, err := parse(strings.Fields(test.arguments), &stderr)
		got := "error"
		if err == nil {
			got = fmt.Sprintln(o.rounds, o.invocations, o.batches, o.records[0])
			if o.whole {
				got = "whole " + got
			}
			got = strings.TrimSpace(got)
		}
		if got != test.want {
			t.Errorf("%q: %s (%v), not %s", test.arguments, got, err, test.want)
		}
		if err == flag.ErrHelp && !strings.Contains(stderr.String(), "-rounds") {
			t.Errorf("help is %q", &stderr)
		}
	}
}

// TestCheckBatch: what the peers answer is looked at.
func TestCheckBatch(t *testing.T) {
	event := []byte(`{"Records":[
		{"messageId":"1","body":"{\"customer\":\"a\",\"total\":1.25}"},
		{"messageId":"2","body":"{\"customer\":\"b\",\"total\":2}"},
		{"messageId":"3","body":"{\"customer\":\"a\",\"total\":0.5}"}]}`)
	for _, test := range []struct {
		response string
		right    bool
	}{
		{`[{"customer":"a","count":2,"sum":1.75},{"customer":"b","count":1,"sum":2.0}]`, true},
		{`[{"customer":"b","count":1,"sum":2},{"customer":"a","count":2,"sum":1.75}]`, true},
		{`[{"customer":"a","count":2,"sum":1.75}]`, false},
		{`[{"customer":"a","count":1,"sum":1.75},{"customer":"b","count":1,"sum":2}]`, false},
		{`null`, false},
		{`{"errorType":"x"}`, false},
	} {
		if err := checkBatch(event, []byte(test.response)); (err == nil) != test.right {
			t.Errorf("%s: %v", test.response, err)
		}
	}
}

// TestBatchEvent: the sizes are those that the documentation says.
func TestBatchEvent(t *testing.T) {
	for _, test := range []struct{ records, least, most int }{
		{1000, 70 << 10, 80 << 10},
		{maxRecords, 6<<20 - 256<<10, 6 << 20},
	} {
		event := batchEvent(test.records)
		if len(event) < test.least || len(event) > test.most {
			t.Errorf("%d records have %d bytes", test.records, len(event))
		}
		groups, err := grouped(event)
		if err != nil || len(groups) != customers {
			t.Errorf("%d records make %d groups, %v", test.records, len(groups), err)
		}
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

// TestRatios: rounds are compared with themselves, and only those that both have.
func TestRatios(t *testing.T) {
	got := ratios(map[int]float64{0: 2, 1: 9, 2: 5}, map[int]float64{0: 1, 1: 3, 7: 1})
	if fmt.Sprint(got) != "[2 3]" {
		t.Errorf("ratios are %v", got)
	}
}
