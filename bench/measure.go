package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// measure is one way to measure a job: its functions take turns within a round.
type measure struct {
	name string
	take func(*take) error
}

// take is one round of a measure.
type take struct {
	job       *job
	functions []*function // ours first
	round     int
	scale
	results *results
	order   *rand.Rand
}

// add keeps what was measured of a function.
func (t *take) add(m string, f *function, size, n int, values ...value) {
	t.results.add(sample{Measure: m, Job: t.job.name, Contender: f.contender.name,
		Size: size, Round: t.round, N: n, Values: values})
}

// Every job is measured warm and, if it has a growth, at growing sizes. Some are measured in
// other ways too.
var (
	warm   = measure{"Warm", (*take).warm}
	grow   = measure{"Grow", (*take).grow}
	paced  = measure{"Paced", (*take).paced}
	starts = measure{"Start", func(t *take) error { return t.starts("Start", t.scale.starts, false) }}
	cold   = measure{"Cold", func(t *take) error { return t.starts("Cold", t.scale.cold, true) }}
	flat   = measure{"Flat", (*take).flat}
)

// run takes all measures of all jobs, round by round.
func (c *contest) run(s scale, r *results) error {
	for _, j := range c.jobs {
		if err := c.weigh(j, s, r); err != nil {
			return err
		}
	}
	order := rand.New(rand.NewPCG(1, 2)) // the same in every run
	for round := range s.rounds {
		for _, j := range c.jobs {
			for _, m := range slices.Concat([]measure{warm, grow}, j.also) {
				t := &take{job: j, functions: c.functions[j], round: round, scale: s, results: r, order: order}
				if err := m.take(t); err != nil {
					return fmt.Errorf("%s, %s: %w", m.name, j.name, err)
				}
			}
		}
	}
	return nil
}

// weigh notes the sizes of zips for jobs whose starts are measured and whose zip holds no
// database.
func (c *contest) weigh(j *job, s scale, r *results) error {
	if j.database == bakedDatabase || !slices.ContainsFunc(j.also, func(m measure) bool { return m.name == starts.name }) {
		return nil
	}
	t := &take{job: j, scale: s, results: r}
	for _, function := range c.functions[j] {
		size, err := function.packageSize()
		if err != nil {
			return err
		}
		t.add("Package", function, 0, 1, value{"zip-KiB", float64(size) / 1024})
	}
	return nil
}

// shuffled returns the list in another order each time, so that no function always follows
// the same one.
func shuffled[T any](t *take, list []T) []T {
	list = slices.Clone(list)
	t.order.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

const (
	// turns is how often the functions take turns within a round, so that other work on the
	// machine disturbs all of them alike.
	turns = 10
	// early is how many invocations of a fresh process are measured by themselves, before an
	// interpreter compiles what runs often.
	early = 20
)

// warm measures a fresh process of each function: its first invocations, and those after
// its warm-up, in turns.
func (t *take) warm() error {
	n := max(turns, t.invocations/t.job.weight)
	return t.taking(load{n: n}, func(r *running) error {
		u, err := r.usage()
		t.add("Warm", r.function, 0, len(r.latencies),
			value{"cpu-µs/op", r.cpu / float64(len(r.latencies))},
			value{"all-cpu-µs/op", (r.cpu + r.children) / float64(len(r.latencies))},
			value{"early-cpu-µs/op", r.early / early},
			value{"p50-µs", median(r.latencies)}, value{"p99-µs", quantile(r.latencies, 0.99)},
			value{"peak-KiB", float64(u.peak >> 10)})
		return err
	})
}

// paced measures invocations with a pause before each.
func (t *take) paced() error {
	n := max(turns, t.invocations/50)
	return t.taking(load{n: n, pause: pause}, func(r *running) error {
		t.add("Paced", r.function, 0, len(r.latencies),
			value{"cpu-µs/op", r.cpu / float64(len(r.latencies))}, value{"p50-µs", median(r.latencies)})
		return nil
	})
}

// running is a process in a round, with what it has used in its turns so far.
type running struct {
	*process
	share      int     // it is invoked so many times less often than others
	early, cpu float64 // CPU time, µs: of its first invocations, of its turns
	children   float64 // CPU time, µs, of the processes that it has started, in its turns
	latencies  []float64
}

// taking starts a process of each function, warms it up, gives it its part of the load in
// each turn, and then calls found. A warm-up has as many invocations as are measured, and
// more if the contender compiles.
func (t *take) taking(l load, found func(*running) error) error {
	var all []*running
	for _, f := range shuffled(t, t.functions) {
		process, err := f.start()
		if err != nil {
			return err
		}
		defer process.stop()
		r := &running{process: process}
		if r.early, _, err = r.part(load{events: t.job.events(t.scale), n: early}); err != nil {
			return err
		}
		r.share = max(1, f.contender.slow)
		warmUp := 1
		if f.contender.compiles {
			warmUp = t.job.warmUp
		}
		if _, _, err := r.part(load{events: t.job.events(t.scale), n: l.n / r.share * warmUp}); err != nil {
			return err
		}
		r.latencies = nil
		all = append(all, r)
	}
	for range turns {
		for _, r := range shuffled(t, all) {
			cpu, children, err := r.part(load{events: t.job.events(t.scale), n: max(1, l.n/turns/r.share), pause: l.pause})
			if err != nil {
				return err
			}
			r.cpu, r.children = r.cpu+cpu, r.children+children
		}
	}
	for _, r := range all {
		if err := found(r); err != nil {
			return err
		}
	}
	return nil
}

// part invokes the process and returns the CPU time, in microseconds: its own, and that of
// processes that it has started.
func (r *running) part(l load) (own, children float64, err error) {
	cpu, others, err := r.invoke(&l)
	for _, latency := range l.latencies {
		r.latencies = append(r.latencies, microseconds(latency))
	}
	return microseconds(cpu), microseconds(others), err
}

// starts starts each function n times, in turns, with its files in the page cache or not.
func (t *take) starts(name string, n int, dropped bool) error {
	type figures struct{ wall, cpu, faults, major []float64 }
	found := map[*function]*figures{}
	for _, f := range t.functions {
		found[f] = &figures{}
	}
	for range n {
		for _, f := range shuffled(t, t.functions) {
			if dropped {
				files, err := f.files()
				if err != nil {
					return err
				}
				if err := dropCache(files, t.dropAll); err != nil {
					return err
				}
			}
			r, err := f.start()
			if err != nil {
				return err
			}
			r.stop()
			of := found[f]
			of.wall = append(of.wall, microseconds(r.start))
			of.cpu = append(of.cpu, microseconds(r.initial.cpu))
			of.faults = append(of.faults, float64(r.initial.faults))
			of.major = append(of.major, float64(r.initial.major))
		}
	}
	for _, f := range t.functions {
		of := found[f]
		t.add(name, f, 0, n, value{"start-µs", median(of.wall)}, value{"cpu-µs/op", median(of.cpu)},
			value{"faults", median(of.faults)}, value{"major-faults", median(of.major)})
	}
	return nil
}

// flat reads the peak memory of a fresh process of ours after more and more invocations. It
// does so in the first round only, because it takes long and hardly varies.
func (t *take) flat() error {
	if t.round > 0 {
		return nil
	}
	for _, f := range t.functions {
		if name := f.contender.name; name != ours && name != before {
			continue
		}
		if err := t.flatOf(f); err != nil {
			return err
		}
	}
	return nil
}

func (t *take) flatOf(f *function) error {
	r, err := f.start()
	if err != nil {
		return err
	}
	defer r.stop()
	done := 0
	for _, n := range t.memory {
		if _, _, err := r.invoke(&load{events: t.job.events(t.scale), n: n - done}); err != nil {
			return err
		}
		done = n
		u, err := r.usage()
		if err != nil {
			return err
		}
		t.add("Flat", f, n, n, value{"peak-KiB", float64(u.peak >> 10)}, value{"resident-KiB", float64(u.resident >> 10)})
	}
	return nil
}

// grow measures events of different sizes, each in a fresh process: CPU time per record or
// row, and peak memory above that of the idle process.
func (t *take) grow() error {
	if t.job.growth == nil || t.round >= t.growthRounds {
		return nil
	}
	for _, size := range t.job.growth.sizes {
		if size > t.largest {
			continue
		}
		for _, f := range shuffled(t, t.functions) {
			if err := t.growOf(f, size); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *take) growOf(f *function, size int) error {
	r, err := f.start()
	if err != nil {
		return err
	}
	defer r.stop()
	event := t.job.growth.event(size)
	n := min(t.invocations, max(3, t.invocations/t.job.weight*1000/size))
	l := &load{events: [][]byte{event}, n: n}
	if _, _, err := r.invoke(l); err != nil {
		return err
	}
	cpu, _, err := r.invoke(&load{events: l.events, n: n})
	if err != nil {
		return err
	}
	u, err := r.usage()
	each := microseconds(cpu) / float64(n)
	t.add("Grow", f, size, n, value{"cpu-µs/op", each}, value{"cpu-µs/" + t.job.growth.unit, each / float64(size)},
		value{"event-KiB", float64(len(event)) / 1024}, value{"answer-KiB", float64(len(l.response)) / 1024},
		value{"above-KiB", float64(u.peak-r.initial.peak) / 1024})
	return err
}
