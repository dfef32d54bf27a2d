package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// customers is how many groups the records of a batch make.
const customers = 17

// batchEvent is an event as SQS sends it, with only the fields that are read: n records
// of some 75 bytes, whose bodies are JSON in a string.
func batchEvent(n int) []byte {
	b := []byte(`{"Records":[`)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		body := fmt.Sprintf(`{"customer":"customer-%02d","total":%d.%02d}`,
			i*7%customers, i%40, i%4*25)
		b = fmt.Appendf(b, `{"messageId":"%05d","body":%q}`, i, body)
	}
	return append(b, `]}`...)
}

// group is a row of the response to a batch.
type group struct {
	Customer string  `json:"customer"`
	Count    int     `json:"count"`
	Sum      float64 `json:"sum"`
}

// grouped is what the response to a batch is to say, in the order of customers.
func grouped(event []byte) ([]group, error) {
	var batch struct{ Records []struct{ Body string } }
	if err := json.Unmarshal(event, &batch); err != nil {
		return nil, err
	}
	var groups []group
	for _, record := range batch.Records {
		var body struct {
			Customer string
			Total    float64
		}
		if err := json.Unmarshal([]byte(record.Body), &body); err != nil {
			return nil, err
		}
		at, found := slices.BinarySearchFunc(groups, body.Customer,
			func(g group, customer string) int { return strings.Compare(g.Customer, customer) })
		if !found {
			groups = slices.Insert(groups, at, group{Customer: body.Customer})
		}
		groups[at].Count++
		groups[at].Sum += body.Total
	}
	return groups, nil
}

// checkBatch tells whether a response is the right one. Sums of quarters are exact.
func checkBatch(event, response []byte) error {
	want, err := grouped(event)
	if err != nil {
		return err
	}
	var got []group
	if err := json.Unmarshal(response, &got); err != nil {
		return fmt.Errorf("%w: %.200s", err, response)
	}
	slices.SortFunc(got, func(a, b group) int { return strings.Compare(a.Customer, b.Customer) })
	if !slices.Equal(got, want) {
		return fmt.Errorf("the response is %.200v, it should be %.200v", got, want)
	}
	return nil
}

// batch measures grouping a batch of a thousand records, and how that grows.
func batch(b *builder, s scale, out *samples) error {
	all, err := b.batch()
	if err != nil {
		return err
	}
	out.skipped = append(out.skipped, all.skipped...)
	w := workload{name: "Batch", event: batchEvent(1000), check: checkBatch,
		warmUp: 5 * s.batches, invocations: s.batches} // V8 takes some hundreds to warm up
	list := runnable(all.list, w, out)
	for round := range s.rounds {
		if err := w.warm(list, round, out); err != nil {
			return err
		}
	}
	for round := range s.rounds {
		for _, p := range turn(list, round) {
			if strings.HasPrefix(p.name, "sqlambda") {
				if err := grow(p, s, round, out); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// growth is the workload of events of so many records.
func growth(records int) string { return fmt.Sprint("Records", records) }

// grow measures events of different sizes, each in a fresh process: CPU time per record,
// and peak memory above that of the idle process.
func grow(p *peer, s scale, round int, out *samples) error {
	for _, records := range s.records {
		n := max(10, s.batches*1000/records)
		w := workload{name: growth(records), event: batchEvent(records), check: checkBatch, invocations: n}
		figures, err := w.grow(p, records)
		if err != nil {
			return err
		}
		out.add(sample{workload: w.name, peer: p.name, round: round, n: n, values: figures})
	}
	return nil
}

func (w workload) grow(p *peer, records int) ([]value, error) {
	r, err := start(p)
	if err != nil {
		return nil, err
	}
	defer r.stop()
	if err := w.try(r); err != nil {
		return nil, err
	}
	if _, err := r.invoke(&load{event: w.event, n: w.invocations}); err != nil {
		return nil, err
	}
	cpu, err := r.invoke(&load{event: w.event, n: w.invocations})
	if err != nil {
		return nil, err
	}
	u, err := r.usage()
	return []value{
		{"cpu-µs/record", microseconds(cpu) / float64(w.invocations*records)},
		{"event-KiB", float64(len(w.event)) / 1024},
		{"above-KiB", float64(u.peak-r.initial.peak) / 1024},
	}, err
}
