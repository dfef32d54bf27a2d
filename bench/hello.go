package main

import (
	"bytes"
	"fmt"
	"time"
)

// pause is long enough for a process to go to sleep between invocations.
const pause = 5 * time.Millisecond

var helloEvent = []byte(`{"name":"Ada"}`)

// checkHello takes our answer and the echo's.
func checkHello(event, response []byte) error {
	if string(response) == `{"statusCode":200,"body":"Hello Ada"}` || bytes.Equal(response, event) {
		return nil
	}
	return fmt.Errorf("the response is %.200s", response)
}

// hello measures what an invocation and a start cost before a handler does anything.
func hello(b *builder, s scale, out *samples) error {
	list, err := b.hello()
	if err != nil {
		return err
	}
	warm := workload{name: "Hello", event: helloEvent, check: checkHello,
		warmUp: s.invocations, invocations: s.invocations}
	paced := warm
	paced.name, paced.invocations, paced.pause = "Paced", s.invocations/20, pause
	for round := range s.rounds {
		if err := starts(list, s.starts, round, out); err != nil {
			return err
		}
		if err := warm.warm(list, round, out); err != nil {
			return err
		}
		if err := paced.warm(list, round, out); err != nil {
			return err
		}
	}
	for round := range s.memoryRounds {
		for _, p := range turn(list, round) {
			if err := memory(p, s.memory, round, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// starts starts each peer n times, in turns.
func starts(list []*peer, n, round int, out *samples) error {
	type figures struct{ wall, cpu, faults []float64 }
	found := map[*peer]*figures{}
	for _, p := range list {
		found[p] = &figures{}
	}
	for i := range n {
		for _, p := range turn(list, i) {
			r, err := start(p)
			if err != nil {
				return err
			}
			r.stop()
			f := found[p]
			f.wall = append(f.wall, microseconds(r.start))
			f.cpu = append(f.cpu, microseconds(r.initial.cpu))
			f.faults = append(f.faults, float64(r.initial.faults))
		}
	}
	for _, p := range list {
		f := found[p]
		out.add(sample{workload: "Start", peer: p.name, round: round, n: n, values: []value{
			{"start-µs", median(f.wall)}, {"cpu-µs/op", median(f.cpu)}, {"faults", median(f.faults)},
		}})
	}
	return nil
}

// memory reads the peak memory of a fresh process after so many invocations.
func memory(p *peer, after []int, round int, out *samples) error {
	r, err := start(p)
	if err != nil {
		return err
	}
	defer r.stop()
	done := 0
	for _, n := range after {
		if _, err := r.invoke(&load{event: helloEvent, n: n - done}); err != nil {
			return err
		}
		done = n
		u, err := r.usage()
		if err != nil {
			return err
		}
		out.add(sample{workload: "Memory" + fmt.Sprint(n), peer: p.name, round: round, n: n,
			values: []value{{"peak-KiB", float64(u.peak >> 10)}}})
	}
	return nil
}
