package runtimeapi

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"

	"sqlambda/internal/lambdatest"
)

// TestMain is also the main of a function, where the environment says so: what a process
// does at its end is tested with a process.
func TestMain(m *testing.M) {
	if mode := os.Getenv("RUNTIMEAPI_TEST_FUNCTION"); mode != "" {
		function(mode)
	}
	os.Exit(m.Run())
}

func function(mode string) {
	environment, err := EnvironmentFrom(os.Getenv)
	if err != nil {
		panic(err)
	}
	r := &Runtime{Environment: environment, Log: environment.Logger(os.Stderr), Name: "test/1.0"}
	workers := slices.Repeat([]Handler{echo}, environment.Workers())
	var onStop func() error
	switch mode {
	case "init error":
		r.ReportInitError(errors.New("no such file"))
		os.Exit(1)
	case "panic":
		workers[0] = func(*Invocation) ([]byte, error) { panic("out of luck") }
	case "close":
		onStop = func() error { fmt.Println("closed"); return nil }
	case "close fails":
		onStop = func() error { return errors.New("disk full") }
	case "slow":
		terminated := make(chan os.Signal, 1)
		signal.Notify(terminated, syscall.SIGTERM)
		workers[0] = func(i *Invocation) ([]byte, error) {
			fmt.Println("started")
			<-terminated
			return []byte(`"after SIGTERM"`), nil
		}
		onStop = func() error { fmt.Println("closed"); return nil }
	case "watched":
		workers = slices.Repeat([]Handler{watched()}, environment.Workers())
		onStop = func() error { fmt.Println("closed"); return nil }
	case "abandoned stream":
		workers[0] = abandonedStream
	}
	if err := r.Serve(workers, onStop); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// start runs this test binary as a function. Its standard output is read by lines.
func start(t *testing.T, server *lambdatest.Server, mode string, environment ...string) (*lambdatest.Process, *bufio.Scanner, *safeBuffer) {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary)
	command.Env = append(append(os.Environ(), "RUNTIMEAPI_TEST_FUNCTION="+mode), environment...)
	stderr := &safeBuffer{}
	command.Stderr = stderr
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout = write
	process, err := server.Start(command)
	write.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Kill(); read.Close() })
	return process, bufio.NewScanner(read), stderr
}

func line(t *testing.T, output *bufio.Scanner) string {
	t.Helper()
	if !output.Scan() {
		t.Fatalf("the function's output ended: %v", output.Err())
	}
	return output.Text()
}

func TestProcessStops(t *testing.T) {
	t.Run("SIGTERM while waiting", func(t *testing.T) {
		ctx, server := newServer(t)
		process, output, _ := start(t, server, "close")
		if err := server.WaitReady(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`1`)}); err != nil {
			t.Fatal(err)
		}
		if err := server.WaitRequests(ctx, lambdatest.Next, 2); err != nil {
			t.Fatal(err)
		}
		process.Signal(syscall.SIGTERM)
		if got := line(t, output); got != "closed" {
			t.Errorf("output: %q", got)
		}
		if err := process.Wait(ctx); err != nil {
			t.Errorf("exit: %v, want status 0", err)
		}
	})
	t.Run("SIGTERM while an invocation is in flight", func(t *testing.T) {
		ctx, server := newServer(t)
		process, output, _ := start(t, server, "slow")
		outcomes := make(chan string, 1)
		go func() {
			outcome, err := server.Invoke(ctx, lambdatest.Invocation{})
			outcomes <- fmt.Sprintf("%s %v", outcome.Payload, err)
		}()
		if got := line(t, output); got != "started" {
			t.Fatalf("output: %q", got)
		}
		process.Signal(syscall.SIGTERM)
		if got := <-outcomes; got != `"after SIGTERM" <nil>` {
			t.Errorf("outcome: %s", got)
		}
		if got := line(t, output); got != "closed" {
			t.Errorf("output: %q", got)
		}
		if err := process.Wait(ctx); err != nil {
			t.Errorf("exit: %v, want status 0", err)
		}
	})
	t.Run("what is open cannot be closed", func(t *testing.T) {
		ctx, server := newServer(t)
		process, _, stderr := start(t, server, "close fails")
		if err := server.WaitReady(ctx); err != nil {
			t.Fatal(err)
		}
		process.Signal(syscall.SIGTERM)
		wantStatus1(t, process.Wait(ctx))
		if !strings.Contains(stderr.String(), "FATAL\tclosing what was open: disk full\n") {
			t.Errorf("standard error: %s", stderr)
		}
	})
}

func wantStatus1(t *testing.T, err error) {
	t.Helper()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("exit: %v, want status 1", err)
	}
}

func TestProcessFails(t *testing.T) {
	for _, test := range []struct {
		name, mode string
		script     lambdatest.Answer // of the response
		invoke     bool
		stderr     string
	}{
		{name: "init error", mode: "init error", stderr: "\t\tERROR\tRuntime.InitFailed: no such file\n"},
		{name: "panic", mode: "panic", invoke: true, stderr: "FATAL\tthe handler cannot go on: Function.Panic: out of luck"},
		{name: "status 500", mode: "echo", invoke: true, script: lambdatest.Answer{Status: 500, Body: []byte("oh")},
			stderr: `/response: the Runtime API answered with status 500: "oh"`},
		{name: "no answer", mode: "echo", invoke: true, script: lambdatest.Answer{Drop: true}, stderr: "no answer from the Runtime API"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, server := newServer(t)
			server.Script(lambdatest.Response, test.script)
			process, _, stderr := start(t, server, test.mode)
			if test.invoke {
				if _, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`1`)}); err != nil {
					t.Error(err)
				}
			}
			wantStatus1(t, process.Wait(ctx))
			if !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("standard error: %s", stderr)
			}
		})
	}
}

// An extension is registered only where there is something to close, before the first
// event is asked for. One that cannot be registered is no reason not to serve.
func TestExtension(t *testing.T) {
	t.Run("something to close", func(t *testing.T) {
		ctx, server := newServer(t)
		start(t, server, "close")
		if err := server.WaitReady(ctx); err != nil {
			t.Fatal(err)
		}
		if err := server.WaitRequests(ctx, lambdatest.ExtensionNext, 1); err != nil {
			t.Fatal(err)
		}
		register := server.Requests()[0]
		if register.Endpoint != lambdatest.Register || string(register.Body) != `{"events":[]}` ||
			register.Header.Get("Lambda-Extension-Name") != "test" {
			t.Errorf("first request: %s %s %s %v", register.Method, register.URL.Path, register.Body, register.Header)
		}
		next := server.Requests(lambdatest.ExtensionNext)[0]
		if next.Header.Get("Lambda-Extension-Identifier") != "extension-1" {
			t.Errorf("the extension's identifier: %v", next.Header)
		}
	})
	t.Run("nothing to close", func(t *testing.T) {
		ctx, server := newServer(t)
		process, _, _ := start(t, server, "echo")
		if err := server.WaitReady(ctx); err != nil {
			t.Fatal(err)
		}
		if first := server.Requests()[0]; first.Endpoint != lambdatest.Next {
			t.Errorf("first request: %s %s", first.Method, first.URL.Path)
		}
		process.Signal(syscall.SIGTERM)
		var exit *exec.ExitError
		if err := process.Wait(ctx); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
			t.Errorf("exit: %v, want SIGTERM's default", err)
		}
	})
	t.Run("refused", func(t *testing.T) {
		ctx, server := newServer(t)
		server.Script(lambdatest.Register, lambdatest.Answer{Status: 403, Body: []byte("no")})
		process, _, stderr := start(t, server, "close")
		if _, err := server.Invoke(ctx, lambdatest.Invocation{Payload: []byte(`1`)}); err != nil {
			t.Fatal(err)
		}
		process.Signal(syscall.SIGTERM)
		if err := process.Wait(ctx); err != nil { // standard error is complete after it
			t.Errorf("exit: %v, want status 0", err)
		}
		if !strings.Contains(stderr.String(), "WARN\tLambda will not say when to close") {
			t.Errorf("standard error: %s", stderr)
		}
	})
}
