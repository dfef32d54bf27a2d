package local

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"sqlambda/cmd/sqlambda/internal/project"
)

// Options say what is served, and how.
type Options struct {
	// Root is the folder of a function, or of a template that names such folders.
	Root string
	// Environ is the developer's environment, as os.Environ returns it.
	Environ []string
	// Bootstrap is the command that runs package internal/bootstrap: a program and its
	// arguments.
	Bootstrap []string
	// Concurrency is how many invocations of a function may run at the same time.
	Concurrency int
	// Host is the host that the requests come to. If it is not this machine's alone, other
	// machines may send requests, and New logs a warning.
	Host string
	// Log takes what happens.
	Log *Log
	// Advise returns warnings about a function; it may be nil. It is called when the
	// function first starts, and again after its files have changed.
	Advise func(project.Function) []string
}

// Lambda serves the functions of a folder. It is an [http.Handler]; [Lambda.Serve] adds an
// orderly end.
type Lambda struct {
	Options
	router    http.Handler
	variables map[string]string // the developer's environment as functions see it
	hosts     []string          // names, besides those of this machine itself, that requests may be sent to

	ctx    context.Context // when it ends, what still runs is killed
	kill   context.CancelFunc
	owned  sync.WaitGroup // processes, and invocations that no request waits for
	mu     sync.Mutex
	served *catalog
	warned sync.Map // warnings that have been logged
}

// New returns a Lambda. Processes that it starts for requests end with [Lambda.Serve].
func New(options Options) *Lambda {
	l := &Lambda{Options: options, variables: visible(options.Environ)}
	l.ctx, l.kill = context.WithCancel(context.Background())
	l.router = l.routes()
	if ip := net.ParseIP(l.Host); l.Host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		l.hosts = hosts(l.Host)
		l.Log.Warn("--host " + l.Host + " lets other machines invoke the functions: nothing is authenticated")
	}
	return l
}

// Serve serves requests until a context ends. It then waits for invocations in flight,
// until a second context ends, and for the processes.
func (l *Lambda) Serve(listener net.Listener, until, patience context.Context) error {
	server := &http.Server{Handler: l, ReadHeaderTimeout: 10 * time.Second}
	// Connections over which no request has come yet are closed at the end: browsers open
	// some in advance, and Shutdown would wait 5 seconds for their requests.
	var unused sync.Map
	server.ConnState = func(conn net.Conn, state http.ConnState) {
		if state != http.StateNew {
			unused.Delete(conn)
		} else if unused.Store(conn, nil); until.Err() != nil {
			conn.Close()
		}
	}
	server.RegisterOnShutdown(func() {
		for conn := range unused.Range {
			conn.(net.Conn).Close()
		}
	})
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-until.Done():
	}
	defer context.AfterFunc(patience, l.kill)()
	if server.Shutdown(patience) != nil { // what still runs is killed, and is answered so
		soon, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		server.Shutdown(soon)
		server.Close()
	}
	l.mu.Lock()
	l.retire()
	l.mu.Unlock()
	l.owned.Wait()
	l.kill()
	return err
}

// requestID is the header with the id that every answer has.
const requestID = "X-Amzn-RequestId"

// ServeHTTP answers a request, and logs it.
func (l *Lambda) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	noted := &statusWriter{ResponseWriter: w, status: http.StatusOK}
	noted.Header().Set(requestID, uuid.NewString())
	operation(l.route).ServeHTTP(noted, r)
	l.Log.message(fmt.Sprintf("%s %s %d %s", r.Method, r.URL.RequestURI(), noted.status,
		time.Since(began).Round(10*time.Microsecond)))
}

func (l *Lambda) route(w http.ResponseWriter, r *http.Request) error {
	name, path, isURL := urlTarget(r)
	if err := l.refuse(r, isURL); err != nil {
		return err
	}
	if isURL {
		return l.callURL(w, r, name, path)
	}
	l.router.ServeHTTP(w, r)
	return nil
}

// statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader is http.ResponseWriter's.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
