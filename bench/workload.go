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
	warmUp      int           // invocations before those that count
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

// runnable is the list without the peers that don't answer as they should, which are
// noted as skipped.
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

// early is how many invocations of a fresh process are measured by themselves: an
// interpreter that compiles what runs often has not begun to.
const early = 20

// warm measures a fresh process of each peer: its first invocations, and those after its
// warm-up, in turns.
func (w workload) warm(list []*peer, round int, out *samples) error {
	list = turn(list, round)
	var running []*warmed
	for _, p := range list {
		r, err := start(p)
		if err != nil {
			return err
		}
		defer r.stop()
		m, err := w.warmed(r)
		if err != nil {
			return err
		}
		running = append(running, m)
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

// warmed warms a process up.
func (w workload) warmed(r *process) (*warmed, error) {
	first, err := r.invoke(&load{event: w.event, n: early})
	if err != nil {
		return nil, err
	}
	if err := w.try(r); err != nil {
		return nil, err
	}
	_, err = r.invoke(&load{event: w.event, n: w.warmUp})
	return &warmed{process: r, early: first}, err
}

// warmed is a process in a round, and what it has used in its turns so far.
type warmed struct {
	*process
	early     time.Duration // CPU time of its first invocations
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
		{"early-cpu-µs/op", microseconds(r.early) / early},
		{"p50-µs", median(took)},
		{"p99-µs", quantile(took, 0.99)},
	}}
}
