package runtimehost

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is also a runtime, written with net/http, where the environment says so.
func TestMain(m *testing.M) {
	if mode := os.Getenv("RUNTIMEHOST_RUNTIME"); mode != "" {
		if err := runtime("http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API"), mode); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// runtime serves invocations by echoing them, failing them, or not at all.
func runtime(api, mode string) error {
	const base = "/2018-06-01/runtime/"
	if mode == "init error" {
		_, _, err := call(http.MethodPost, api+base+"init/error", `{"errorType":"Runtime.X"}`)
		return errors.Join(err, errors.New("init failed"))
	}
	for {
		header, event, err := call(http.MethodGet, api+base+"invocation/next", "")
		if err != nil {
			return err
		}
		if event == "exit" {
			return nil
		}
		verb := "/response"
		if event == "fail" {
			verb = "/error"
		}
		id := header.Get("Lambda-Runtime-Aws-Request-Id")
		if _, _, err := call(http.MethodPost, api+base+"invocation/"+id+verb, event); err != nil {
			return err
		}
	}
}

func call(method, url, body string) (http.Header, string, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Lambda-Runtime-Function-Error-Type", "Function.Test")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("status %d: %s", response.StatusCode, answer)
	}
	return response.Header, string(answer), err
}

func newServer(t *testing.T) (context.Context, *Server) {
	t.Helper()
	server, err := NewServer(nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx, server
}

func start(t *testing.T, server *Server, mode string) *Process {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary)
	command.Env = append(os.Environ(), "RUNTIMEHOST_RUNTIME="+mode)
	process, err := server.Start(command)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(process.Kill)
	return process
}

func TestInvoke(t *testing.T) {
	ctx, server := newServer(t)
	process := start(t, server, "echo")
	if err := server.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]Outcome{
		`{}`:   {Payload: []byte(`{}`), ErrorType: "Function.Test"},
		`fail`: {Payload: []byte(`fail`), ErrorType: "Function.Test", FunctionError: true},
	} {
		got, err := server.Invoke(ctx, Invocation{Payload: []byte(event)})
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, %v", event, got, err)
		}
	}
	if process.State() != nil {
		t.Error("a process that runs has a state")
	}
	if err := server.WaitRequests(ctx, Next, 3); err != nil {
		t.Error(err)
	}
	process.Signal(syscall.SIGTERM)
	if err := process.Wait(ctx); err == nil {
		t.Error("SIGTERM did not end the process")
	}
	if process.State() == nil {
		t.Error("a process that ended has no state")
	}
}

// Nothing waits for a process that has ended, nor for a server that is closed.
func TestEnds(t *testing.T) {
	t.Run("exit instead of an outcome", func(t *testing.T) {
		ctx, server := newServer(t)
		start(t, server, "echo")
		if _, err := server.Invoke(ctx, Invocation{Payload: []byte("exit")}); !errors.Is(err, ErrExited) {
			t.Errorf("Invoke: %v", err)
		}
		if err := server.WaitRequests(ctx, Response, 1); !errors.Is(err, ErrExited) {
			t.Errorf("WaitRequests: %v", err)
		}
		start(t, server, "echo") // and another one takes its place
		if _, err := server.Invoke(ctx, Invocation{Payload: []byte("1")}); err != nil {
			t.Errorf("Invoke: %v", err)
		}
	})
	t.Run("init error", func(t *testing.T) {
		ctx, server := newServer(t)
		process := start(t, server, "init error")
		var initError *InitError
		if err := server.WaitReady(ctx); !errors.As(err, &initError) || initError.ErrorType != "Function.Test" {
			t.Errorf("WaitReady: %v", err)
		}
		process.Wait(ctx)
		if _, err := server.Invoke(ctx, Invocation{}); !errors.As(err, &initError) || !errors.Is(err, ErrExited) {
			t.Errorf("Invoke: %v", err)
		}
	})
	t.Run("close", func(t *testing.T) {
		ctx, server := newServer(t)
		server.Close()
		if _, err := server.Invoke(ctx, Invocation{}); !errors.Is(err, ErrClosed) {
			t.Errorf("Invoke: %v", err)
		}
		if err := server.WaitReady(ctx); !errors.Is(err, ErrClosed) {
			t.Errorf("WaitReady: %v", err)
		}
	})
	t.Run("the caller's context", func(t *testing.T) {
		_, server := newServer(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := server.Invoke(ctx, Invocation{}); !errors.Is(err, context.Canceled) {
			t.Errorf("Invoke: %v", err)
		}
		if err := server.WaitReady(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("WaitReady: %v", err)
		}
	})
	t.Run("no such program", func(t *testing.T) {
		ctx, server := newServer(t)
		if _, err := server.Start(exec.Command("/no/such/program")); err == nil {
			t.Error("it started")
		}
		if err := server.WaitReady(ctx); !errors.Is(err, ErrExited) {
			t.Errorf("WaitReady: %v", err)
		}
	})
}
