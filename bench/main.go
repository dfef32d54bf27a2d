// Command bench measures sqlambda beside other ways to write the same Lambda function.
//
//	go -C bench run .
//
// starts functions as Lambda does, against a Runtime API on loopback, and prints what an
// invocation and a start cost. Several contenders (contender.go, their programs in
// bench/peers) do the same jobs (job.go), which are measured in several ways (measure.go). It
// says which contenders it leaves out because their tool is not installed.
//
// Do not compare times of different runs. Compare ratios within one run, whose contenders
// take turns in random order. No test asserts them. The command needs Linux, for /proc and
// for the CPU clocks of processes.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	if err := bench(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if err != flag.ErrHelp {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

// scale says how much is measured.
type scale struct {
	rounds       int
	growthRounds int
	invocations  int   // of hello, of each function in a round; of other jobs as many as take that time
	starts, cold int   // of each function in a round
	memory       []int // invocations after which the peak memory is read: the first when the heap has its size
	largest      int   // size that a job grows to
	items        int   // rows of the baked database
	dropAll      bool  // cold starts may empty the machine's page cache
}

// quick is enough to see that everything works.
var quick = scale{
	rounds: 1, growthRounds: 1, invocations: 100, starts: 2, cold: 1,
	memory: []int{100, 200}, largest: 100, items: 10_000,
}

// full takes about ten minutes.
var full = scale{
	rounds: 7, growthRounds: 3, invocations: 5000, starts: 60, cold: 3,
	memory: []int{50_000, 200_000}, largest: 100_000, items: 465_000, dropAll: true,
}

// options are the flags.
type options struct {
	jobs                  []*job
	contenders            []*contender
	from, profile         string
	bootstrap, before     string
	json, markdown, write bool
	scale
}

func parse(arguments []string, stderr io.Writer) (*options, error) {
	o := &options{scale: full}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	isQuick := flags.Bool("quick", false, "measure little: to see that everything works")
	rounds := flags.Int("rounds", 0, "rounds; every round has fresh processes (default 7)")
	ofJobs := flags.String("jobs", "", "only these `jobs`, separated by commas: "+names(jobs, jobName))
	ofContenders := flags.String("contenders", "", "only these `contenders`; sqlambda is always one: "+names(contenders[2:], contenderName))
	flags.BoolVar(&o.json, "json", false, "print everything that was found as JSON, not as tables")
	flags.BoolVar(&o.markdown, "markdown", false, "print the tables as Markdown")
	flags.BoolVar(&o.write, "write", false, "write bench/results.txt, bench/results.json and the tables of the pages in docs")
	flags.StringVar(&o.from, "from", "", "measure nothing: take the results from this `file`, written by -json or -write")
	flags.StringVar(&o.profile, "profile", "", "measure nothing: write a CPU profile of sqlambda's handlers to this `file`")
	flags.StringVar(&o.bootstrap, "bootstrap", "", "measure this `file` instead of building the tree")
	flags.StringVar(&o.before, "before", "", "measure this `file` too, an earlier bootstrap, and show both beside each other")
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("there are no arguments: %q", flags.Args())
	}
	if *isQuick {
		o.scale = quick
	}
	if *rounds > 0 {
		o.rounds, o.growthRounds = *rounds, min(o.growthRounds, *rounds)
	}
	var err error
	if o.jobs, err = chosen("job", *ofJobs, jobs, jobName); err != nil {
		return nil, err
	}
	o.contenders, err = o.takingPart(*ofContenders)
	return o, err
}

// takingPart returns the contenders that take part: ours, which the others are compared
// with, the earlier build of ours if one is given, and those that are listed.
func (o *options) takingPart(list string) ([]*contender, error) {
	others := contenders[2:]
	if list != "" {
		list = strings.Join(slices.DeleteFunc(strings.Split(list, ","), func(name string) bool { return name == ours }), ",")
		if list == "" {
			others = nil
		}
	}
	others, err := chosen("contender", list, others, contenderName)
	if o.before == "" {
		return slices.Concat(contenders[:1], others), err
	}
	return slices.Concat(contenders[:2], others), err
}

func jobName(j *job) string { return j.name }

func contenderName(c *contender) string { return c.name }

func names[T any](all []T, name func(T) string) string {
	var list []string
	for _, one := range all {
		list = append(list, name(one))
	}
	return strings.Join(list, ", ")
}

// chosen returns those whose names are listed, in their usual order, or all if the list is
// empty.
func chosen[T any](what, list string, all []T, name func(T) string) (some []T, err error) {
	if list == "" {
		return slices.Clone(all), nil
	}
	wanted := strings.Split(list, ",")
	for _, one := range all {
		if at := slices.Index(wanted, name(one)); at >= 0 {
			some, wanted = append(some, one), slices.Delete(wanted, at, at+1)
		}
	}
	if len(wanted) > 0 {
		return nil, fmt.Errorf("there is no %s %q: %s", what, wanted[0], names(all, name))
	}
	return some, nil
}

func bench(arguments []string, stdout, stderr io.Writer) error {
	o, err := parse(arguments, stderr)
	if err != nil {
		return err
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	r, err := find(o, root, stderr)
	if err != nil || o.profile != "" {
		return err
	}
	if o.write {
		if err := write(root, r); err != nil {
			return err
		}
	}
	if o.json {
		return json.NewEncoder(stdout).Encode(r)
	}
	_, err = io.WriteString(stdout, render(report(r), o.markdown))
	return err
}

// find measures and shows every sample on stderr, or reads the results of an earlier run.
func find(o *options, root string, stderr io.Writer) (*results, error) {
	if o.from != "" {
		return readResults(o.from)
	}
	b, err := newBuilder(root, o)
	if err != nil {
		return nil, err
	}
	defer b.close()
	defer b.closeOnInterrupt()()
	if o.profile != "" {
		return nil, b.profile(o.profile, o)
	}
	if slices.ContainsFunc(o.jobs, func(j *job) bool { return j.database == bakedDatabase }) {
		if err := b.bake(o.items); err != nil {
			return nil, err
		}
	}
	r := &results{Notes: b.machine(), raw: stderr}
	c, err := enter(b, o, r)
	if err != nil {
		return nil, err
	}
	for _, word := range r.Skipped {
		fmt.Fprintln(stderr, "left out:", word)
	}
	if err := c.compare(o.scale); err != nil {
		return nil, err
	}
	return r, c.run(o.scale, r)
}
