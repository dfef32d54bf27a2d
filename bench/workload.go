package main

import (
	"fmt"
	"time"
)

// workload is an event that processes are warm for, and what its response is to be.
type workload struct {
	name        string
	event       []byte
	check       func(event, response []byte) error
	invocations int           // of each peer in a round
	pause       time.Duration // before each
}

// turns is how often the peers take turns within a round: what else the machine does
// should not last for one of them only.
const turns = 10

// turn is the list from another beginning: none is always first.
func turn(list []*peer, round int) []*peer {
	at := round % len(list)
	return append(append([]*peer{}, list[at:]...), list[:at]...)
}

// runnable is the list without the peers that don't answer. Our own not answering is
// for warm to report.
func runnable(list []*peer, w workload, out *samples) []*peer {
	var can []*peer
	for _, p := range list {
		r, err := start(p)
		if err == nil {
			err = w.try(r)
			r.stop()
		}
		if err != nil {
			out.skipped = append(out.skipped, err.Error())
			continue
		}
		can = append(can, p)
	}
	return can
}

// try invokes a process once and checks its response.
func (w workload) try(r *process) error {
	l := &load{event: w.event, n: 1}
	if _, err := r.invoke(l); err != nil {
		return err
	}
	if err := w.check(w.event, l.response); err != nil {
		return fmt.Errorf("%s: %w", r.peer.name, err)
	}
	return nil
}

// warm measures a fresh process of each peer, in turns, after as many invocations that
// do not count.
func (w workload) warm(list []*peer, round int, out *samples) error {
	list = turn(list, round)
	var running []*warmed
	for _, p := range list {
		r, err := start(p)
		if err != nil {
			return err
		}
		defer r.stop()
		if err := w.try(r); err != nil {
			return err
		}
		if _, err := r.invoke(&load{event: w.event, n: w.invocations}); err != nil {
			return err
		}
		running = append(running, &warmed{process: r})
	}
	for range turns {
		for _, r := range running {
			if err := r.measure(w); err != nil {
				return err
			}
		}
	}
	for _, r := range running {
		out.add(r.sample(w, round))
	}
	return nil
}

// warmed is a process in a round, and what it has used in its turns so far.
type warmed struct {
	*process
	cpu       time.Duration
	latencies []time.Duration
}

// measure is one turn.
func (r *warmed) measure(w workload) error {
	l := &load{event: w.event, n: max(1, w.invocations/turns), pause: w.pause}
	cpu, err := r.invoke(l)
	r.cpu += cpu
	r.latencies = append(r.latencies, l.latencies...)
	return err
}

func (r *warmed) sample(w workload, round int) sample {
	n := len(r.latencies)
	took := make([]float64, n)
	for i, latency := range r.latencies {
		took[i] = microseconds(latency)
	}
	return sample{workload: w.name, peer: r.peer.name, round: round, n: n, values: []value{
		{"cpu-µs/op", microseconds(r.cpu) / float64(n)},
		{"p50-µs", median(took)},
		{"p99-µs", quantile(took, 0.99)},
	}}
}
