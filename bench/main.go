// Command bench measures sqlambda beside other ways to write the same Lambda function.
//
//	go run ./bench
//
// starts functions as Lambda does, against a Runtime API on loopback, prints ratios to
// its peers as Markdown tables and writes every round to bench/results.txt. What runs is
// in bench/peers; a peer whose interpreter is not installed is left out, with a word.
//
// Times of different runs are not to be compared: only the ratios of one run, whose peers
// take turns, are worth something, and none of them is a bound that a test asserts.
// It needs Linux, for /proc and for the CPU clocks of processes.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if err != flag.ErrHelp {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

// scale is how much is measured.
type scale struct {
	rounds       int
	starts       int   // of each peer in a round
	invocations  int   // of hello, of each peer in a round
	batches      int   // invocations of a batch of 1,000 records, of each peer in a round
	memory       []int // invocations of hello after which the peak memory is read
	memoryRounds int
	records      []int // sizes of events
}

// maxRecords make an event of just below 6 MiB, Lambda's limit.
const maxRecords = 80_000

// quick is enough to see that everything works.
var quick = scale{
	rounds: 1, starts: 2, invocations: 200, batches: 10,
	memory: []int{200, 400}, memoryRounds: 1, records: []int{100, 1000},
}

// full takes about five minutes.
var full = scale{
	rounds: 7, starts: 20, invocations: 5000, batches: 200,
	memory: []int{20_000, 100_000}, memoryRounds: 3, records: []int{100, 1000, 10_000, maxRecords},
}

// options are the flags.
type options struct {
	only, results, bootstrap string
	whole                    bool // everything is measured, at the usual scale
	scale
}

func parse(arguments []string, stderr io.Writer) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	isQuick := flags.Bool("quick", false, "measure little: to see that everything works")
	rounds := flags.Int("rounds", 0, "rounds; every round has fresh processes (default 7)")
	invocations := flags.Int("invocations", 0, "invocations of hello in a round; of batch a 25th (default 5000)")
	flags.StringVar(&o.only, "only", "", "measure only `hello` or batch")
	flags.StringVar(&o.results, "o", "", "write every round to this `file` (default bench/results.txt of the\n"+
		"module where everything is measured, else none)")
	flags.StringVar(&o.bootstrap, "bootstrap", "", "measure this `file` instead of building the tree")
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 || o.only != "" && o.only != "hello" && o.only != "batch" {
		return nil, fmt.Errorf("-only is hello or batch, and there are no arguments")
	}
	o.whole = o.only == "" && !*isQuick
	o.scale = full
	if *isQuick {
		o.scale = quick
	}
	if *rounds > 0 {
		o.rounds, o.memoryRounds = *rounds, min(o.memoryRounds, *rounds)
	}
	if *invocations > 0 {
		o.invocations, o.batches = *invocations, max(10, *invocations/25)
	}
	return o, nil
}

func run(arguments []string, stdout, stderr io.Writer) error {
	o, err := parse(arguments, stderr)
	if err != nil {
		return err
	}
	binaries, err := os.MkdirTemp("", "sqlambda-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(binaries)
	b, err := newBuilder(binaries)
	if err != nil {
		return err
	}
	b.ours = o.bootstrap
	if o.results == "" && o.whole {
		o.results = filepath.Join(b.root, "bench", "results.txt")
	}
	return measure(o, b, stdout, stderr)
}

// measure runs the workloads and shows every round on stderr. Once all went well it
// writes them to the results file and prints the tables.
func measure(o *options, b *builder, stdout, stderr io.Writer) error {
	var raw bytes.Buffer
	out := &samples{raw: io.MultiWriter(&raw, stderr)}
	notes := b.machine()
	for _, n := range notes {
		fmt.Fprintf(out.raw, "%s: %s\n", n.key, n.value)
	}
	if o.only != "batch" {
		if err := hello(b, o.scale, out); err != nil {
			return err
		}
	}
	if o.only != "hello" {
		if err := batch(b, o.scale, out); err != nil {
			return err
		}
	}
	if o.results != "" {
		if err := os.WriteFile(o.results, raw.Bytes(), 0o666); err != nil {
			return err
		}
	}
	return report(stdout, o, notes, out)
}
