// Command profile writes default.pgo, the profile by which the compiler lays out
// the bootstrap (https://go.dev/doc/pgo): of the benchmark's handlers, run in this
// process for some seconds. It is to be written again when hot code has changed.
//
//	go run ./bench/profile
package main

import (
	"fmt"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
)

const (
	output   = "default.pgo"
	folder   = "bench/peers/sqlambda"
	duration = 10 * time.Second // of each handler
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "profile:", err)
		os.Exit(1)
	}
}

func run() error {
	file, err := os.Create(output)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	for _, h := range []struct{ handler, event string }{
		{"hello", `{"name":"Ada"}`},
		{"batch", orders()},
		{"json_each", orders()},
	} {
		if err := repeat(h.handler, h.event); err != nil {
			return err
		}
	}
	pprof.StopCPUProfile()
	return file.Close()
}

// repeat invokes a handler until the time is over.
func repeat(handler, event string) error {
	h, err := handlers.Load(handlers.Config{
		Root: folder, Handler: handler, Open: sqlite.Open, LookupEnv: os.LookupEnv,
		Log: func(string, engine.Level, string, string) {},
	})
	if err != nil {
		return err
	}
	defer h.Close()
	invocation := &handlers.Invocation{RequestID: "1", Event: []byte(event)}
	for end := time.Now().Add(duration); time.Now().Before(end); {
		if _, err := h.Invoke(invocation); err != nil {
			return err
		}
	}
	return nil
}

// orders is a batch of 1,000 orders in 17 groups, as SQS sends it.
func orders() string {
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, `,{"messageId":"m%d","body":"{\"customer\":\"customer-%d\",\"total\":%d.%d}"}`, i, i%17, i%100, i%10)
	}
	return `{"Records":[` + b.String()[1:] + "]}"
}
