// Command soak invokes handlers of every kind in one process, a million times, and
// looks at what must not grow: memory, goroutines, file descriptors, prepared
// statements. Each outcome is looked at too: responses, errors, timeouts, events and
// responses of 6 MiB.
//
//	go -C bench run ./soak
//	go -C bench run ./soak -n 20000 -seed 7
//
// Each handler has a Runtime API of its own and its own loop, all in one process that
// is not this one. It is a table that it prints, a row for each tenth of the run; it
// fails where an outcome is not what it should be, or where the last row is above the
// first by more than noise. It needs Linux, for /proc.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	n := flag.Int("n", 1_000_000, "how many `invocations`")
	seed := flag.Uint64("seed", 1, "of the choice of events")
	flag.Parse()
	var err error
	if folder := os.Getenv(childFolder); folder != "" {
		err = runChild(folder, flag.Args())
	} else {
		err = soak(context.Background(), *n, *seed, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// childFolder is the variable that makes the program the process that is soaked: the
// folder of its handlers.
const childFolder = "SOAK_CHILD"

// rows is how many rows the table has below its first.
const rows = 10

// soak runs n invocations and prints the table.
func soak(ctx context.Context, n int, seed uint64, out io.Writer) error {
	s, err := start()
	if err != nil {
		return err
	}
	defer s.stop()
	t := &table{out: out}
	if err := s.run(ctx, n/rows, seed); err != nil { // until every buffer has its size
		return err
	}
	for row := range rows {
		l, err := s.levels()
		if err != nil {
			return err
		}
		t.add(s.invocations, l)
		if row < rows-1 {
			if err := s.run(ctx, n/rows, seed+uint64(row)+1); err != nil {
				return err
			}
		}
	}
	s.summarize(out)
	return t.judge()
}
