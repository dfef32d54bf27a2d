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

// profile writes a CPU profile of our handlers, run in this process: where the time of a
// job goes, and, of all jobs, default.pgo, by which the compiler lays out the bootstrap
// (https://go.dev/doc/pgo).
func (b *builder) profile(file string, o *options) error {
	// SQLite is configured by the first connection of a process, which is to be ours.
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

// repeat invokes our handler in this process until the time is over, and says what an
// invocation takes without the Runtime API.
func (f *function) repeat(events [][]byte) error {
	h, err := handlers.Load(handlers.Config{
		Root: f.root, Handler: f.handler, Database: f.database, Open: sqlite.Open, LookupEnv: os.LookupEnv,
		Log: func(string, engine.Level, string, string) {},
	})
	if err != nil {
		return err
	}
	defer h.Close()
	start := time.Now()
	before, err := cpuTime(os.Getpid())
	if err != nil {
		return err
	}
	n := 0
	for ; time.Since(start) < profiled; n++ {
		invocation := &handlers.Invocation{RequestID: "1", Event: events[n%len(events)]}
		if _, err := h.Invoke(invocation); err != nil {
			return err
		}
	}
	after, err := cpuTime(os.Getpid())
	fmt.Fprintf(os.Stderr, "%s: %.1f µs of CPU time\n", f.handler, microseconds(after-before)/float64(n))
	return err
}
