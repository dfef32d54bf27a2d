package main

import (
	"bufio"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/handlers"
	"sqlambda/internal/bootstrap"
	"sqlambda/runtimeapi"
)

//go:embed testdata
var sources embed.FS

// levels holds what must not grow.
type levels struct {
	Resident    int64 // bytes in RAM
	Heap        int64 // bytes that Go has in use after a collection
	SQLite      int64 // bytes that SQLite has in use
	Allocations int64 // of SQLite's, outstanding
	Goroutines  int64
	Files       int64 // descriptors that are open
	Statements  int64 // that are prepared
	Children    int64 // processes, those that nobody waited for too
}

// child serves each handler against a Runtime API of its own, whose address it gets as
// "hello=127.0.0.1:4000". It answers every line of its standard input with its levels, and ends
// at the end of that input.
type child struct {
	connections []*sqlite.Conn
	failed      chan error
}

func runChild(folder string, addresses []string) error {
	c := &child{failed: make(chan error, len(addresses))}
	for _, a := range addresses {
		handler, address, _ := strings.Cut(a, "=")
		if err := c.serve(folder, handler, address); err != nil {
			return err
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- c.answer(os.Stdin, os.Stdout) }()
	select {
	case err := <-c.failed:
		return err
	case err := <-ended:
		return err
	}
}

// serve loads a handler and begins to serve it.
func (c *child) serve(folder, handler, address string) error {
	h, err := handlers.Load(handlers.Config{
		Root:     taskRoot(folder),
		Handler:  handler,
		Database: databases[handler](folder),
		Memory:   64 << 20,
		Open:     c.open,
		LookupEnv: func(name string) (string, bool) {
			if name == "SQLAMBDA_SCRIPT" && handler == "kept.sh" {
				return "lines", true
			}
			return os.LookupEnv(name)
		},
		Environ: os.Environ,
		Log:     func(string, engine.Level, string, string) {},
	})
	if err != nil {
		return err
	}
	environment := runtimeapi.Environment{API: address}
	lambda := &runtimeapi.Runtime{Environment: environment, Log: environment.Logger(io.Discard)}
	go func() {
		err := lambda.Serve([]runtimeapi.Handler{bootstrap.Invoke(h)}, nil)
		c.failed <- fmt.Errorf("%s: %w", handler, errors.Join(errors.New("the loop ended"), err))
	}()
	return nil
}

func (c *child) open(config engine.Config) (engine.Conn, error) {
	conn, err := sqlite.Open(config)
	if err == nil {
		c.connections = append(c.connections, conn.(*sqlite.Conn))
	}
	return conn, err
}

// answer writes the levels for each line that is read.
func (c *child) answer(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		l, err := c.levels()
		if err != nil {
			return err
		}
		if err := json.NewEncoder(out).Encode(l); err != nil {
			return err
		}
	}
	return lines.Err()
}

// levels reads the levels while every loop waits for its next invocation.
func (c *child) levels() (levels, error) {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	l := levels{Heap: int64(memory.HeapAlloc), Goroutines: int64(runtime.NumGoroutine())}
	for _, conn := range c.connections {
		l.Statements += int64(conn.Statements())
	}
	tls := libc.NewTLS()
	defer tls.Close()
	l.SQLite = lib.Xsqlite3_memory_used(tls)
	l.Allocations = allocations(tls)
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return l, err
	}
	l.Files = int64(len(files))
	l.Children = children()
	l.Resident, err = resident()
	return l, err
}

// allocations is SQLITE_STATUS_MALLOC_COUNT: https://sqlite.org/c3ref/c_status_malloc_count.html.
func allocations(tls *libc.TLS) int64 {
	p := tls.Alloc(16)
	defer tls.Free(16)
	lib.Xsqlite3_status64(tls, lib.SQLITE_STATUS_MALLOC_COUNT, p, p+8, 0)
	return libc.AtomicLoadPInt64(p)
}

// children counts the processes whose parent this one is: proc_pid_children(5).
func children() (n int64) {
	lists, _ := filepath.Glob("/proc/self/task/*/children")
	for _, name := range lists {
		list, _ := os.ReadFile(name)
		n += int64(len(strings.Fields(string(list))))
	}
	return n
}

// resident reads the process's memory in RAM: proc(5), statm.
func resident() (int64, error) {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, err
	}
	pages, err := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

// taskRoot is the folder of the handlers; the database stands beside it, because the task root
// cannot be written to.
func taskRoot(folder string) string { return filepath.Join(folder, "task") }

// install writes the handlers into the task root.
func install(folder string) error {
	if err := os.Mkdir(taskRoot(folder), 0o755); err != nil {
		return err
	}
	entries, err := sources.ReadDir("testdata")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		text, err := sources.ReadFile("testdata/" + entry.Name())
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(taskRoot(folder), entry.Name()), text, 0o755); err != nil {
			return err
		}
	}
	return nil
}
