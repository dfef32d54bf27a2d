package lambdatest

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
	if mode := os.Getenv("LAMBDATEST_RUNTIME"); mode != "" {
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
	server, err := NewServer()
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
	command.Env = append(os.Environ(), "LAMBDATEST_RUNTIME="+mode)
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
		`{}`:   {Payload: []byte(`{}`), ErrorType: "Function.Test", Status: 202},
		`fail`: {Payload: []byte(`fail`), ErrorType: "Function.Test", Status: 202, FunctionError: true},
	} {
		got, err := server.Invoke(ctx, Invocation{Payload: []byte(event)})
		if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %+v, %v", event, got, err)
		}
	}
	if n := len(server.Requests(Response, Error)); n != 2 {
		t.Errorf("%d outcomes recorded", n)
	}
	usage, err := process.Usage()
	if err != nil || usage.CPU <= 0 || usage.MinorFaults <= 0 || usage.ResidentBytes <= 0 {
		t.Errorf("usage: %+v, %v", usage, err)
	}
	if process.State() != nil {
		t.Error("a process that runs has a state")
	}
	server.StopRecording()
	if _, err := server.Invoke(ctx, Invocation{Payload: []byte(`{}`)}); err != nil {
		t.Error(err)
	}
	if n := len(server.Requests()); n > 0 {
		t.Errorf("%d requests kept", n)
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

// What ends while a client reads: the connection in order or by a reset, the server.
func TestScriptedEnds(t *testing.T) {
	for name, test := range map[string]struct {
		answer Answer
		want   error
	}{
		"close":  {Answer{Status: 200, Body: []byte("0123"), Cut: 60}, io.ErrUnexpectedEOF},
		"reset":  {Answer{Status: 200, Body: []byte("0123"), Cut: 60, Reset: true}, syscall.ECONNRESET},
		"stall":  {Answer{Status: 200, Body: []byte("0123"), Cut: 60, Stall: make(chan struct{})}, nil},
		"silent": {Answer{Status: 200, Drop: true, Stall: make(chan struct{})}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, server := newServer(t)
			server.Script(ExtensionNext, test.answer)
			got := make(chan error, 1)
			go func() {
				_, _, err := call(http.MethodGet, "http://"+server.Address()+"/2020-01-01/extension/event/next", "")
				got <- err
			}()
			if err := server.WaitRequests(ctx, ExtensionNext, 1); err != nil {
				t.Fatal(err)
			}
			if test.answer.Stall != nil {
				server.Close()
			}
			if err := <-got; err == nil || test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
		})
	}
}

// What a script says is what net/http's client sees.
func TestScript(t *testing.T) {
	_, server := newServer(t)
	released := make(chan struct{})
	close(released)
	next := "http://" + server.Address() + "/2018-06-01/runtime/invocation/next"
	for name, test := range map[string]struct {
		answer Answer
		want   string
	}{
		"status":     {Answer{Status: 500, Body: []byte("oh")}, "500 oh <nil>"},
		"no content": {Answer{Status: 204}, "204  <nil>"},
		"chunks":     {Answer{Status: 200, Body: []byte("0123456789"), Chunked: 3}, "200 0123456789 <nil>"},
		"lower case": {Answer{Status: 200, Body: []byte("x"), LowerCase: true}, "200 x <nil>"},
		"raw chunks": {Answer{Status: 200, Body: []byte("0123"), Chunked: 3, LowerCase: true}, "200 0123 <nil>"},
		"close":      {Answer{Status: 200, Body: []byte("x"), Close: true}, "200 x <nil>"},
		"raw":        {Answer{Raw: []byte("HTTP/1.1 299 X\r\nContent-Length: 1\r\n\r\n1")}, "299 1 <nil>"},
		"endless":    {Answer{Raw: []byte("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n"), Endless: []byte("12")}, "200 12121 <nil>"},
		"released":   {Answer{Status: 200, Body: []byte("0123"), Cut: 60, Stall: released}, "200 0123 <nil>"},
		"cut":        {Answer{Status: 200, Body: []byte("0123"), Cut: 60}, "200 012 unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			server.Script(Next, test.answer)
			response, err := http.Get(next)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if got := fmt.Sprintf("%d %s %v", response.StatusCode, body, err); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
	server.Script(Response, Answer{Drop: true})
	if _, err := http.Post(strings.Replace(next, "next", "id/response", 1), "", nil); err == nil {
		t.Error("there was an answer")
	}
	response, err := http.Get("http://" + server.Address() + "/elsewhere")
	if err != nil || response.StatusCode != 404 {
		t.Errorf("another path: %v, %v", response, err)
	}
}
