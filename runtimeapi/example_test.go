package runtimeapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"sqlambda/internal/lambdatest"
	"sqlambda/runtimeapi"
)

// A runtime reads its environment, loads the handler, and serves.
func Example() {
	environment, err := runtimeapi.EnvironmentFrom(os.Getenv)
	runtime := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(os.Stderr), Name: "example/1.0"}
	if err != nil {
		runtime.ReportInitError(err)
		return // a main function exits with status 1
	}
	handlers := make([]runtimeapi.Handler, environment.Workers())
	for i := range handlers {
		handlers[i] = func(invocation *runtimeapi.Invocation) ([]byte, error) { return invocation.Payload, nil }
	}
	runtime.Serve(handlers, nil)
}

// lambda is a Runtime API with a runtime beside it, whose log is standard output.
type lambda struct {
	*lambdatest.Server
	runtime *runtimeapi.Runtime
	log     *plain
}

func newLambda() *lambda {
	server, err := lambdatest.NewServer()
	if err != nil {
		panic(err)
	}
	environment := runtimeapi.Environment{API: server.Address()}
	log := &plain{}
	return &lambda{server, &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(log)}, log}
}

// close ends the server; what the runtime says of that is not shown.
func (l *lambda) close() {
	l.log.closed.Store(true)
	l.Close()
}

// plain prints log lines without their times.
type plain struct{ closed atomic.Bool }

func (p *plain) Write(line []byte) (int, error) {
	if !p.closed.Load() {
		_, rest, _ := bytes.Cut(line, []byte("\t"))
		fmt.Print(strings.NewReplacer("\t", " ", "\r", "").Replace(string(rest)))
	}
	return len(line), nil
}

func ExampleRuntime_Serve() {
	lambda := newLambda()
	defer lambda.close()
	greet := func(invocation *runtimeapi.Invocation) ([]byte, error) {
		return fmt.Appendf(nil, `"%s: hello %s"`, invocation.RequestID, invocation.Payload[1:len(invocation.Payload)-1]), nil
	}
	go lambda.runtime.Serve([]runtimeapi.Handler{greet}, nil)

	outcome, err := lambda.Invoke(context.Background(), lambdatest.Invocation{RequestID: "request-1", Payload: []byte(`"Ada"`)})
	fmt.Printf("%s %v\n", outcome.Payload, err)
	// Output: "request-1: hello Ada" <nil>
}

// What the handlers opened is closed when Lambda is about to end the process: then it sends SIGTERM.
func ExampleRuntime_Serve_onStop() {
	lambda := newLambda()
	defer lambda.close()
	served := make(chan error)
	go func() {
		echo := func(invocation *runtimeapi.Invocation) ([]byte, error) { return invocation.Payload, nil }
		served <- lambda.runtime.Serve([]runtimeapi.Handler{echo}, func() error {
			fmt.Println("the database is closed")
			return nil
		})
	}()

	outcome, _ := lambda.Invoke(context.Background(), lambdatest.Invocation{Payload: []byte(`7`)})
	fmt.Printf("%s\n", outcome.Payload)
	self, _ := os.FindProcess(os.Getpid())
	self.Signal(syscall.SIGTERM) // in the place of Lambda
	fmt.Println(<-served)
	// Output:
	// 7
	// the database is closed
	// <nil>
}

// The rows leave while the handler makes more of them. An error after the first has left goes
// behind them, into the trailers.
func ExampleInvocation_Stream() {
	lambda := newLambda()
	defer lambda.close()
	export := func(invocation *runtimeapi.Invocation) ([]byte, error) {
		rows := invocation.Stream("text/csv")
		for id := range 3 {
			if _, err := fmt.Fprintf(rows, "%d,paid\n", id); err != nil {
				return nil, err // Lambda takes no more
			}
		}
		return nil, nil
	}
	go lambda.runtime.Serve([]runtimeapi.Handler{export}, nil)

	outcome, err := lambda.Invoke(context.Background(), lambdatest.Invocation{Payload: []byte(`{}`)})
	fmt.Printf("%s%s %v\n", outcome.Payload, outcome.ContentType, err)
	// Output:
	// 0,paid
	// 1,paid
	// 2,paid
	// text/csv <nil>
}

// The status and the headers go before the body, divided from it by eight NUL bytes.
func ExampleInvocation_StreamHTTP() {
	lambda := newLambda()
	defer lambda.close()
	page := func(invocation *runtimeapi.Invocation) ([]byte, error) {
		response := invocation.StreamHTTP(runtimeapi.HTTPHead{
			StatusCode: 404, Headers: map[string]string{"content-type": "text/html"}, Cookies: []string{"seen=1"},
		})
		_, err := io.WriteString(response, "<p>There is no such page.")
		return nil, err
	}
	go lambda.runtime.Serve([]runtimeapi.Handler{page}, nil)

	outcome, _ := lambda.Invoke(context.Background(), lambdatest.Invocation{Payload: []byte(`{}`)})
	fmt.Printf("%q\n", outcome.Payload)
	// Output: "{\"statusCode\":404,\"headers\":{\"content-type\":\"text/html\"},\"cookies\":[\"seen=1\"]}\x00\x00\x00\x00\x00\x00\x00\x00<p>There is no such page."
}

// A browser shows each line when it comes.
func ExampleStream_Flush() {
	lambda := newLambda()
	defer lambda.close()
	count := func(invocation *runtimeapi.Invocation) ([]byte, error) {
		lines := invocation.Stream("text/plain")
		fmt.Fprintln(lines, "working")
		if err := lines.Flush(); err != nil {
			return nil, err
		}
		return []byte("done\n"), nil
	}
	go lambda.runtime.Serve([]runtimeapi.Handler{count}, nil)

	outcome, _ := lambda.Invoke(context.Background(), lambdatest.Invocation{Payload: []byte(`{}`)})
	fmt.Printf("%s", outcome.Payload)
	// Output:
	// working
	// done
}

// Until something has been sent, a handler may answer with something else.
func ExampleStream_Sent() {
	lambda := newLambda()
	defer lambda.close()
	export := func(invocation *runtimeapi.Invocation) ([]byte, error) {
		rows := invocation.StreamHTTP(runtimeapi.HTTPHead{Headers: map[string]string{"content-type": "text/csv"}})
		fmt.Fprintln(rows, "id,state")
		if err := errors.New("the table is locked"); !rows.Sent() {
			problem := invocation.StreamHTTP(runtimeapi.HTTPHead{StatusCode: 503})
			_, err = fmt.Fprint(problem, err)
			return nil, err
		}
		return nil, nil
	}
	go lambda.runtime.Serve([]runtimeapi.Handler{export}, nil)

	outcome, _ := lambda.Invoke(context.Background(), lambdatest.Invocation{Payload: []byte(`{}`)})
	fmt.Printf("%q\n", outcome.Payload)
	// Output: "{\"statusCode\":503,\"headers\":{},\"cookies\":[]}\x00\x00\x00\x00\x00\x00\x00\x00the table is locked"
}

func ExampleRuntime_ReportInitError() {
	lambda := newLambda()
	defer lambda.close()
	lambda.runtime.ReportInitError(&runtimeapi.Error{Type: "Runtime.InvalidTemplate", Message: "there is no greeting.tmpl"})

	fmt.Printf("%s\n", lambda.Requests(lambdatest.InitFailure)[0].Body)
	// Output:
	//  ERROR Runtime.InvalidTemplate: there is no greeting.tmpl
	// {"errorType":"Runtime.InvalidTemplate","errorMessage":"there is no greeting.tmpl","stackTrace":[]}
}

func ExampleError() {
	lambda := newLambda()
	defer lambda.close()
	find := func(*runtimeapi.Invocation) ([]byte, error) {
		return nil, &runtimeapi.Error{Type: "Order.NotFound", Message: "there is no order 7", StackTrace: []string{"orders.tmpl:3"}}
	}
	go lambda.runtime.Serve([]runtimeapi.Handler{find}, nil)

	outcome, _ := lambda.Invoke(context.Background(), lambdatest.Invocation{RequestID: "request-1", Payload: []byte(`{}`)})
	fmt.Printf("%s\n", outcome.Payload)
	// Output:
	// request-1 ERROR Order.NotFound: there is no order 7    at orders.tmpl:3
	// {"errorType":"Order.NotFound","errorMessage":"there is no order 7","stackTrace":["orders.tmpl:3"]}
}

// The cause is for the program; Lambda and the log do not get it.
func ExampleError_Unwrap() {
	err := error(&runtimeapi.Error{Type: "Runtime.NoDatabase", Message: "the database cannot be opened", Cause: os.ErrNotExist})
	fmt.Println(err, errors.Is(err, os.ErrNotExist))
	// Output: Runtime.NoDatabase: the database cannot be opened true
}

func ExampleEnvironmentFrom() {
	variables := map[string]string{
		"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001", "AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_MAX_CONCURRENCY": "4",
	}
	environment, err := runtimeapi.EnvironmentFrom(func(name string) string { return variables[name] })
	fmt.Println(environment.API, environment.JSONLogs, environment.Workers(), err)

	variables["AWS_LAMBDA_MAX_CONCURRENCY"] = "many"
	_, err = runtimeapi.EnvironmentFrom(func(name string) string { return variables[name] })
	fmt.Println(err)
	// Output:
	// 127.0.0.1:9001 true 4 <nil>
	// AWS_LAMBDA_MAX_CONCURRENCY is "many": want a number from 1
}

// A handler for each event that may come at the same time.
func ExampleEnvironment_Workers() {
	fmt.Println(runtimeapi.Environment{}.Workers(), runtimeapi.Environment{MaxConcurrency: 4}.Workers())
	// Output: 1 4
}

func ExampleEnvironment_Logger() {
	environment := runtimeapi.Environment{LogLevel: runtimeapi.LevelWarn}
	log := environment.Logger(&plain{})
	log.Log(runtimeapi.LevelInfo, "", "not shown", nil)
	log.Log(runtimeapi.LevelWarn, "", "the cache is cold", nil)
	// Output: WARN the cache is cold
}

func ExampleLogger_Log() {
	environment := runtimeapi.Environment{LogLevel: runtimeapi.LevelInfo}
	log := environment.Logger(&plain{})
	log.Log(runtimeapi.LevelDebug, "request-1", "not shown", nil)
	log.Log(runtimeapi.LevelWarn, "request-1", "the disk is slow", []byte(`{"ms":1200}`))
	// Output: request-1 WARN the disk is slow {"ms":1200}
}

func ExampleLogger_Error() {
	log := runtimeapi.Environment{}.Logger(&plain{})
	log.Error("request-1", &runtimeapi.Error{Type: "Order.NotFound", Message: "there is no order 7"})
	// Output: request-1 ERROR Order.NotFound: there is no order 7
}

func ExampleParseLevel() {
	level, ok := runtimeapi.ParseLevel("warn")
	fmt.Println(level == runtimeapi.LevelWarn, level < runtimeapi.LevelError, ok)
	// Output: true true true
}

func ExampleLevel_String() {
	fmt.Println(runtimeapi.LevelWarn, runtimeapi.Level(9))
	// Output: WARN Level(9)
}

// What is around an error is for the log.
func ExampleHandler() {
	lambda := newLambda()
	defer lambda.close()
	total := func(*runtimeapi.Invocation) ([]byte, error) {
		return nil, fmt.Errorf("the total of order 7: %w", &runtimeapi.Error{Type: "Order.Empty", Message: "there are no lines"})
	}
	go lambda.runtime.Serve([]runtimeapi.Handler{total}, nil)

	outcome, _ := lambda.Invoke(context.Background(), lambdatest.Invocation{RequestID: "request-1", Payload: []byte(`{}`)})
	fmt.Printf("%s\n", outcome.Payload)
	// Output:
	// request-1 ERROR Order.Empty: there are no lines    the total of order 7: Order.Empty: there are no lines
	// {"errorType":"Order.Empty","errorMessage":"there are no lines","stackTrace":[]}
}

func ExampleInvocation_Deadline() {
	for _, invocation := range []runtimeapi.Invocation{{DeadlineMs: 1798000000000}, {}} {
		deadline, ok := invocation.Deadline()
		fmt.Println(deadline.UTC().Format(time.RFC3339), ok)
	}
	// Output:
	// 2026-12-23T04:26:40Z true
	// 0001-01-01T00:00:00Z false
}

// A watchdog reports an invocation whose handler does not return, and ends the process.
func ExampleInvocation_Abandon() {
	handler := func(invocation *runtimeapi.Invocation) ([]byte, error) {
		deadline := time.UnixMilli(invocation.DeadlineMs).Add(-100 * time.Millisecond)
		watchdog := time.AfterFunc(time.Until(deadline), func() {
			invocation.Abandon(&runtimeapi.Error{Type: "Function.Timeout", Message: "the template does not end"})
		})
		defer watchdog.Stop()
		return []byte(`"done"`), nil
	}
	response, err := handler(&runtimeapi.Invocation{DeadlineMs: time.Now().Add(time.Minute).UnixMilli()})
	fmt.Printf("%s %v\n", response, err)
	// Output: "done" <nil>
}
