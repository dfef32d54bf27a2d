package main

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// job is work that contenders do for an event. sqlambda's handler in peers/sqlambda and the
// functions of the other contenders have the same name.
type job struct {
	name, about string
	events      func(scale) [][]byte // one after the other, over and over
	database    database
	unordered   bool // the rows of the answer have no order
	children    bool // the CPU time is also that of the processes that a function has started

	weight int // of how many invocations of hello one takes the time, roughly
	warmUp int // how often those who compile make the invocations of a round before those that count
	also   []measure
	growth *growth
}

// growth says how a job is made larger.
type growth struct {
	unit  string // what there is more of
	sizes []int
	event func(size int) []byte
}

// database is the kind of database that the environment names for a job.
type database int

const (
	noDatabase database = iota
	bakedDatabase
	scratchDatabase // a file of its own in /tmp
)

// callsOfJob is how many calls an invocation of the job calls makes.
const callsOfJob = 100

// pause is long enough for a process to go to sleep between invocations.
const pause = 5 * time.Millisecond

// jobs are what is measured.
var jobs = []*job{
	{
		name: "hello", weight: 1, warmUp: 1,
		about:  "a greeting with a field of the event: what an invocation costs before a handler does anything",
		events: same(`{"name":"Ada"}`),
		also:   []measure{paced, starts, cold, flat},
	},
	{
		name: "group", weight: 25, warmUp: 5, unordered: true, // V8 takes some hundreds to warm up
		about:  "groups the 1,000 records of an event as SQS sends it (76 KiB, JSON in a string as each record's body) into 17 groups, with a count and a sum",
		events: func(scale) [][]byte { return [][]byte{ordersEvent(1000)} },
		growth: &growth{unit: "record", sizes: []int{10, 1000, 100_000}, event: shortOrdersEvent},
	},
	{
		name: "reshape", weight: 25, warmUp: 5,
		about:  "makes 1,000 rows of four columns of the same event",
		events: func(scale) [][]byte { return [][]byte{ordersEvent(1000)} },
	},
	{
		name: "lookup", weight: 1, warmUp: 1, database: bakedDatabase,
		about:  "reads one row of a baked database of 100 MB by a key that has an index, another for every invocation",
		events: lookupEvents,
		also:   []measure{starts},
	},
	{
		name: "rows", weight: 50, warmUp: 1, database: bakedDatabase,
		about:  "reads 5,000 rows of four columns of that database, an answer of 275 KiB",
		events: func(s scale) [][]byte { return [][]byte{rowsEvent(min(5000, s.items))} },
		growth: &growth{unit: "row", sizes: []int{1, 100, 100_000}, event: rowsEvent},
	},
	{
		name: "echo", weight: 50, warmUp: 1,
		about:  "gives an event of 1 MB back",
		events: func(scale) [][]byte { return [][]byte{ordersEvent(13_400)} },
	},
	{
		name: "script", weight: 1, warmUp: 1, children: true,
		about:  "the greeting of hello, by a program",
		events: same(`{"name":"Ada"}`),
	},
	{
		name: "calls", weight: 10, warmUp: 1, children: true,
		about:  "calls an SQL function for 100 rows; sqlambda itself, without the function, shows what the rest takes",
		events: same(`{"name":"Ada"}`),
	},
	{
		name: "inserts", weight: 10, warmUp: 1, database: scratchDatabase,
		about:  "inserts the 100 records of an event, or updates them, in one transaction on a database in /tmp, and reports those that fail",
		events: func(scale) [][]byte { return [][]byte{ordersEvent(100)} },
	},
}

func same(event string) func(scale) [][]byte {
	return func(scale) [][]byte { return [][]byte{[]byte(event)} }
}

// customers is how many groups the records of an event make.
const customers = 17

// order is the body of a record.
func order(i int) string {
	return fmt.Sprintf(`{"customer":"customer-%02d","total":%d.%02d}`, i*7%customers, i%40, i%4*25)
}

// ordersEvent is an event as SQS sends it, with only the fields that are read: n records
// of some 75 bytes, whose bodies are JSON in a string.
func ordersEvent(n int) []byte {
	return records(n, func(b []byte, i int) []byte {
		return fmt.Appendf(b, `{"messageId":"%05d","body":%q}`, i, order(i))
	})
}

// shortOrdersEvent leaves the ids out, so that 100,000 records are less than Lambda's
// 6 MiB.
func shortOrdersEvent(n int) []byte {
	return records(n, func(b []byte, i int) []byte { return fmt.Appendf(b, `{"body":%q}`, order(i)) })
}

func records(n int, record func([]byte, int) []byte) []byte {
	b := []byte(`{"Records":[`)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = record(b, i)
	}
	return append(b, `]}`...)
}

// lookupEvents look up items from all over the database.
func lookupEvents(s scale) [][]byte {
	const prime = 15_485_863
	var events [][]byte
	for i := range 1000 {
		events = append(events, fmt.Appendf(nil, `{"sku":%q}`, sku(1+(i*prime)%s.items)))
	}
	return events
}

func rowsEvent(n int) []byte { return fmt.Appendf(nil, `{"rows":%d}`, n) }

// agree returns an error if two answers to an event differ. How numbers are written does not
// matter, nor does the order of rows if the job defines none.
func (j *job) agree(got, want []byte) error {
	var a, b any
	if err := json.Unmarshal(want, &b); err != nil {
		return fmt.Errorf("the answer to compare with: %w: %.200s", err, want)
	}
	if err := json.Unmarshal(got, &a); err != nil {
		return fmt.Errorf("%w: %.200s", err, got)
	}
	if j.unordered {
		arrange(a)
		arrange(b)
	}
	if !reflect.DeepEqual(a, b) {
		return fmt.Errorf("the answer to %s is %.300s, and not %.300s", j.name, got, want)
	}
	return nil
}

// arrange sorts rows by their JSON.
func arrange(answer any) {
	list, _ := answer.([]any)
	slices.SortFunc(list, func(a, b any) int {
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		return slices.Compare(x, y)
	})
}
