package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

// profiled is how long every handler runs for a profile.
const profiled = 8 * time.Second

// profile runs our handlers in this process and writes a CPU profile of them. It shows where
// the time of a job goes; a profile of all jobs is bootstrap.pgo, which the compiler uses for
// the bootstrap (https://go.dev/doc/pgo).
func (b *builder) profile(file string, o *options) error {
	// The first connection of a process configures SQLite, and has to be ours.
	conn, err := sqlite.Open(engine.Config{})
	if err != nil {
		return err
	}
	if err := conn.Close(); err != nil {
		return err
	}
	if err := b.bake(o.items); err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	for _, c := range o.contenders {
		if filepath.Dir(slices.Concat(c.files, []string{"."})[0]) != ours {
			continue
		}
		for _, j := range o.jobs {
			if !slices.Contains(c.jobs, j.name) {
				continue
			}
			f, err := b.function(c, j, nil)
			if err != nil {
				return err
			}
			if err := f.repeat(j.events(o.scale)); err != nil {
				return fmt.Errorf("%s: %w", f.handler, err)
			}
		}
	}
	pprof.StopCPUProfile()
	return out.Close()
}

// repeat invokes our handler in this process until the time is over, and prints what an
// invocation takes without the Runtime API. That is the lower quartile of many parts of the
// time, because other work on the machine mostly adds to it.
func (f *function) repeat(events [][]byte) error {
	h, err := handlers.Load(handlers.Config{
		Root: f.root, Handler: f.handler, Database: f.database, Open: sqlite.Open, LookupEnv: os.LookupEnv,
		Log: func(string, engine.Level, string, string) {},
	})
	if err != nil {
		return err
	}
	defer h.Close()
	var parts []float64
	for end := time.Now().Add(profiled); time.Now().Before(end); {
		cpu, err := part(h, events)
		if err != nil {
			return err
		}
		parts = append(parts, cpu)
	}
	fmt.Fprintf(os.Stderr, "%s: %.2f µs of CPU time\n", f.handler, quantile(parts, 0.25))
	return nil
}

// part measures the CPU time of an invocation, in microseconds, over a twentieth of a second.
func part(h *handlers.Handler, events [][]byte) (float64, error) {
	before, err := cpuTime(os.Getpid())
	if err != nil {
		return 0, err
	}
	n := 0
	for end := time.Now().Add(50 * time.Millisecond); time.Now().Before(end); n++ {
		if _, err := h.Invoke(&handlers.Invocation{RequestID: "1", Event: events[n%len(events)]}); err != nil {
			return 0, err
		}
	}
	after, err := cpuTime(os.Getpid())
	return microseconds(after-before) / float64(n), err
}
