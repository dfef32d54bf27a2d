package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// kind is one kind of invocation.
type kind struct {
	name    string
	handler string
	share   int                       // of 10,000 invocations
	event   func(r *rand.Rand) string // JSON
	fails   string                    // the error's type; empty for a response
	answer  string                    // what the response begins with
	timeout time.Duration             // 3 s where it is zero
}

// kinds are the mix. A run's table shows their names.
var kinds = []kind{
	{name: "hello", handler: "hello", share: 6000, event: func(*rand.Rand) string { return `{"name":"Ada"}` }, answer: `{"statusCode":200,"body":"Hello Ada"}`},
	{name: "group", handler: "report", share: 500, event: func(r *rand.Rand) string { return records(1 + r.IntN(50)) }, answer: `[{"customer":`},
	{name: "group 6 MiB", handler: "report", share: 1, event: func(*rand.Rand) string { return records(mostRecords) }, answer: `[{"customer":`},
	{name: "rows", handler: "rows", share: 500, event: func(r *rand.Rand) string { return fmt.Sprintf(`{"rows":%d}`, 1+r.IntN(100)) }, answer: `[{"i":1,`},
	{name: "rows 5 MiB", handler: "rows", share: 1, event: func(*rand.Rand) string { return `{"rows":90000}` }, answer: `[{"i":1,`},
	{name: "rows over 6 MiB", handler: "rows", share: 1, event: func(*rand.Rand) string { return `{"rows":1000000}` }, fails: "Function.ResponseSizeTooLarge"},
	{name: "missing parameter", handler: "rows", share: 200, event: func(*rand.Rand) string { return `{}` }, fails: "Function.InvalidEvent"},
	{name: "no JSON", handler: "hello", share: 100, event: func(*rand.Rand) string { return `{"name":` }, fails: "Function.InvalidEvent"},
	{name: "timeout", handler: "endless", share: 5, event: func(*rand.Rand) string { return `{}` }, timeout: 20 * time.Millisecond, fails: "Function.Timeout"},
	{name: "raised", handler: "refuse", share: 300, event: func(r *rand.Rand) string {
		return fmt.Sprintf(`{"how":"raise","reason":"stock of %d"}`, r.IntN(1000))
	}, fails: "Function.OrderRefused"},
	{name: "failed statement", handler: "refuse", share: 200, event: func(*rand.Rand) string { return `{"how":"fail"}` }, fails: "Function.SQLError"},
	{name: "malformed JSON in SQL", handler: "refuse", share: 200, event: func(*rand.Rand) string { return `{"how":"json","text":"{"}` }, fails: "Function.SQLError"},
	{name: "script", handler: "script", share: 492, event: func(r *rand.Rand) string {
		return `{"lines":["` + strings.Repeat(`apple","zebra","`, r.IntN(20)) + `end"]}`
	}, answer: `{"n":`},
	{name: "program", handler: "spawned.sh", share: 169, event: just("order"), answer: `{"ok":1}`},
	{name: "program that leaves children", handler: "spawned.sh", share: 5, event: just("child"), answer: `{"ok":1}`},
	{name: "program that fails", handler: "spawned.sh", share: 25, event: just("fail"), fails: "Function.OrderRefused"},
	{name: "program that never ends", handler: "spawned.sh", share: 5, event: just("slow"), timeout: 20 * time.Millisecond, fails: "Function.Timeout"},
	{name: "kept program", handler: "kept.sh", share: 350, event: just("order"), answer: `{"ok":1}`},
	{name: "kept, fails", handler: "kept.sh", share: 20, event: just("fail"), fails: "Function.OrderRefused"},
	{name: "kept, ends", handler: "kept.sh", share: 10, event: just("ends"), fails: "Function.ExitStatus"},
	{name: "kept, its last answer", handler: "kept.sh", share: 10, event: just("last"), answer: `{"ok":1}`},
	{name: "kept, two lines", handler: "kept.sh", share: 10, event: just("twice"), answer: `{"ok":1}`},
	{name: "kept, never answers", handler: "kept.sh", share: 3, event: just("slow"), timeout: 20 * time.Millisecond, fails: "Function.Timeout"},
	{name: "function", handler: "function", share: 350, event: just("order"), answer: `{"slug":"slug","b":"slug"}`},
	{name: "function, fails", handler: "function", share: 20, event: just("fail"), fails: "Function.OrderRefused"},
	{name: "function, ends", handler: "function", share: 10, event: just("ends"), fails: "Function.ExitStatus"},
	{name: "function, two lines", handler: "function", share: 10, event: just("twice"), answer: `{"slug":"twice","b":"slug"}`},
	{name: "function, never answers", handler: "function", share: 3, event: just("slow"), timeout: 20 * time.Millisecond, fails: "Function.Timeout"},
	{name: "batch of writes", handler: "ingest", share: 500, event: func(r *rand.Rand) string { return records(1 + r.IntN(10)) }, answer: `{"batchItemFailures":[`},
}

// just makes events that say what to do.
func just(what string) func(*rand.Rand) string {
	return func(*rand.Rand) string { return `{"text":"` + what + `"}` }
}

// mostRecords is the number of records that fit into 6 MiB.
const mostRecords = 58_000

// records returns an event of n records, as SQS sends them. Every tenth has a total of 0.
func records(n int) string {
	var b strings.Builder
	b.WriteString(`{"Records":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"messageId":"m%d","eventSource":"aws:sqs","body":"{\"customer\":\"c%d\",\"total\":%d}"}`, i, i%17, i%10)
	}
	b.WriteString("]}")
	return b.String()
}

// choose picks a kind at random, by the shares.
func choose(r *rand.Rand) *kind {
	n := r.IntN(shares())
	for i := range kinds {
		if n -= kinds[i].share; n < 0 {
			return &kinds[i]
		}
	}
	return nil // not reached: the shares have been subtracted
}

func shares() int {
	sum := 0
	for _, k := range kinds {
		sum += k.share
	}
	return sum
}
