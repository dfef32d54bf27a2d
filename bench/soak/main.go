// Command soak invokes handlers of every kind in one process, a million times, and
// checks what must not grow: memory, goroutines, file descriptors, processes, prepared statements. It
// checks each outcome too: responses, errors, timeouts, events and responses of 6 MiB.
//
//	go -C bench run ./soak
//	go -C bench run ./soak -n 20000 -seed 7
//
// Each handler has a Runtime API and a loop of its own, all in one other process. The command
// prints a table with a row for each tenth of the run. It fails if an outcome is wrong, or if
// the last row is above the first by more than noise. It needs Linux, for /proc.
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

// childFolder is the variable that makes this program the process under test. It holds the
// folder of the handlers and of their database.
const childFolder = "SOAK_CHILD"

// rows is the number of rows below the first.
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
		l, err := s.levels(ctx)
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
