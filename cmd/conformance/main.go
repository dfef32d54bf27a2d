// Command conformance checks a custom runtime for AWS Lambda: it starts the runtime's
// bootstrap against a Runtime API on a loopback port, which also misbehaves as a network and
// Lambda may, and says rule by rule what the runtime does right.
//
//	go run ./cmd/conformance -root FOLDER -echo HANDLER -fail HANDLER ./bootstrap [arguments]
//
// The runtime needs two handlers: one that returns its event, and one that fails. Handlers
// named by -context and -stream let it check more. Each rule has the page of AWS's
// documentation that it follows. The exit status is 1 if a rule is broken, and 2 if the
// command cannot run.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is the command; it returns the exit status.
func run(arguments []string, stdout, stderr io.Writer) int {
	var r runtime
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "Usage: conformance [flags] BOOTSTRAP [ARGUMENTS]\n\nChecks a custom runtime for AWS Lambda against a Runtime API with faults.\n\nFlags:")
		flags.PrintDefaults()
	}
	r.define(flags)
	asJSON := flags.Bool("json", false, "print the results as JSON")
	verbose := flags.Bool("v", false, "show what the runtime writes to standard output and error")
	if err := flags.Parse(arguments); err == flag.ErrHelp {
		return 0
	} else if err != nil {
		return 2
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return 2
	}
	if *verbose {
		r.output = stderr
	}
	var err error
	if r.root, err = filepath.Abs(r.root); err == nil {
		r.command, err = filepath.Abs(flags.Arg(0))
	}
	if err == nil {
		_, err = os.Stat(r.command)
	}
	if err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 2
	}
	r.arguments = flags.Args()[1:]
	if err := r.loads(); err != nil {
		fmt.Fprintln(stderr, "conformance:", err)
		return 2
	}
	results := r.check()
	if *asJSON {
		encoder := json.NewEncoder(stdout)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		encoder.Encode(results)
	} else {
		report(stdout, results)
	}
	for _, result := range results {
		if result.Outcome == broken {
			return 1
		}
	}
	return 0
}

// define adds the flags that say what the runtime is.
func (r *runtime) define(flags *flag.FlagSet) {
	flags.StringVar(&r.root, "root", ".", "the `folder` with the function's code: LAMBDA_TASK_ROOT")
	flags.StringVar(&r.echo, "echo", "echo", "a `handler` that returns its event")
	flags.StringVar(&r.fail, "fail", "fail", "a `handler` that fails")
	flags.StringVar(&r.missing, "missing", "no-such-handler", "a `handler` that cannot be loaded")
	flags.StringVar(&r.context, "context", "", "a `handler` that returns {\"requestId\":…,\"deadlineMs\":…,\"functionArn\":…,\"traceId\":…} of its context")
	flags.StringVar(&r.stream, "stream", "", "a `handler` that streams what its event says, {\"first\":…,\"until\":…,\"rest\":…,\"times\":…,\"fail\":…}: it writes first, "+
		"waits until there is the file until, if that is not empty, writes rest so many times, and then fails if fail is true")
	flags.DurationVar(&r.patience, "wait", 5*time.Second, "how long the runtime may take for a step")
}

// report prints the rules, each with its page.
func report(w io.Writer, results []result) {
	counts := map[outcome]int{}
	group := ""
	for _, r := range results {
		if r.Group != group {
			group = r.Group
			fmt.Fprintf(w, "\n%s\n", group)
		}
		fmt.Fprintf(w, "  %-11s %s\n", r.Outcome, r.Rule)
		if r.Reason != "" {
			fmt.Fprintf(w, "  %-11s   %s\n", "", r.Reason)
		}
		fmt.Fprintf(w, "  %-11s   %s\n", "", r.Page)
		counts[r.Outcome]++
	}
	fmt.Fprintf(w, "\n%d kept, %d broken, %d left out (they are optional), %d not checked\n",
		counts[kept], counts[broken], counts[leftOut], counts[notChecked])
}
