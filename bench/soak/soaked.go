package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"sqlambda/internal/runtimehost"
)

// databases are the settings of SQLAMBDA_DATABASE: one handler writes a file.
var databases = map[string]func(folder string) string{
	"hello": inMemory, "report": inMemory, "rows": inMemory, "endless": inMemory, "refuse": inMemory, "script": inMemory,
	"spawned.sh": inMemory, "kept.sh": inMemory, "function": inMemory,
	"ingest": func(folder string) string { return filepath.Join(folder, "orders.db") },
}

func inMemory(string) string { return ":memory:" }

// soaked is the process under test, with a Runtime API for each of its handlers.
type soaked struct {
	folder      string
	servers     map[string]*runtimehost.Server
	command     *exec.Cmd
	in          io.WriteCloser
	out         *bufio.Reader
	invocations int
	outcomes    map[string]int // by kind
}

// start starts the process; its database is below /tmp, where it can be written.
func start() (*soaked, error) {
	folder, err := os.MkdirTemp("/tmp", "soak")
	if err != nil {
		return nil, err
	}
	s := &soaked{folder: folder, servers: map[string]*runtimehost.Server{}, outcomes: map[string]int{}}
	if err := s.begin(); err != nil {
		s.stop()
		return nil, err
	}
	return s, nil
}

func (s *soaked) begin() error {
	if err := install(s.folder); err != nil {
		return err
	}
	var arguments []string
	for handler := range databases {
		server, err := runtimehost.NewServer(nil)
		if err != nil {
			return err
		}
		s.servers[handler] = server
		arguments = append(arguments, handler+"="+server.Address())
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	s.command = exec.Command(program, arguments...)
	s.command.Env = append(os.Environ(), childFolder+"="+s.folder)
	s.command.Stderr = os.Stderr
	if s.in, err = s.command.StdinPipe(); err != nil {
		return err
	}
	out, err := s.command.StdoutPipe()
	if err != nil {
		return err
	}
	s.out = bufio.NewReader(out)
	return s.command.Start()
}

// stop ends the process and removes what it has written.
func (s *soaked) stop() {
	if s.command != nil && s.command.Process != nil {
		s.in.Close()
		s.command.Wait()
	}
	for _, server := range s.servers {
		server.Close()
	}
	os.RemoveAll(s.folder)
}

// run invokes n times and checks each outcome.
func (s *soaked) run(ctx context.Context, n int, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, 0))
	for range n {
		k := choose(r)
		if err := s.invoke(ctx, k, k.event(r)); err != nil {
			return fmt.Errorf("%s: %w", k.name, err)
		}
		s.invocations++
		s.outcomes[k.name]++
	}
	return nil
}

// longest is how long an invocation may take before the process counts as stuck.
const longest = time.Minute

func (s *soaked) invoke(ctx context.Context, k *kind, event string) error {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	timeout := k.timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	outcome, err := s.servers[k.handler].Invoke(ctx, runtimehost.Invocation{
		Payload: []byte(event), Deadline: time.Now().Add(timeout),
	})
	switch {
	case err != nil:
		return err
	case outcome.FunctionError != (k.fails != ""):
		return fmt.Errorf("the outcome is %.200s", outcome.Payload)
	case k.fails != "" && outcome.ErrorType != k.fails:
		return fmt.Errorf("the error is %s, and not %s", outcome.ErrorType, k.fails)
	case !strings.HasPrefix(string(outcome.Payload[:min(len(outcome.Payload), 200)]), k.answer):
		return fmt.Errorf("the response is %.200s", outcome.Payload)
	}
	return nil
}

// levels asks the process, while all programs that are kept run.
func (s *soaked) levels(ctx context.Context) (l levels, err error) {
	for _, k := range kinds {
		if k.name == "kept program" || k.name == "function" {
			if err := s.invoke(ctx, &k, k.event(nil)); err != nil {
				return l, err
			}
		}
	}
	if _, err := io.WriteString(s.in, "\n"); err != nil {
		return l, err
	}
	line, err := s.out.ReadBytes('\n')
	if err != nil {
		return l, fmt.Errorf("the process has ended: %w", err)
	}
	return l, json.Unmarshal(line, &l)
}

// summarize prints how many invocations of each kind there were.
func (s *soaked) summarize(out io.Writer) {
	list := make([]string, len(kinds))
	for i, k := range kinds {
		list[i] = fmt.Sprintf("%s %d", k.name, s.outcomes[k.name])
	}
	fmt.Fprintf(out, "\n%s\n", strings.Join(list, ", "))
}
