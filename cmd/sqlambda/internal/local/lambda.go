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
	// Hosts are host names, besides those of the machine itself, that requests may be
	// sent to.
	Hosts []string
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
	router http.Handler

	ctx    context.Context // when it ends, what still runs is killed
	kill   context.CancelFunc
	owned  sync.WaitGroup // processes, and invocations that no request waits for
	mu     sync.Mutex
	served *catalog
	warned map[string]bool
}

// New returns a Lambda. Processes that it starts for requests end with [Lambda.Serve].
func New(options Options) *Lambda {
	l := &Lambda{Options: options, warned: map[string]bool{}}
	l.ctx, l.kill = context.WithCancel(context.Background())
	l.router = l.routes()
	return l
}

// Serve serves requests until a context ends. It then waits for invocations in flight,
// until a second context ends, and for the processes.
func (l *Lambda) Serve(listener net.Listener, until, patience context.Context) error {
	early := unused{conns: map[net.Conn]bool{}}
	server := &http.Server{Handler: l, ReadHeaderTimeout: 10 * time.Second, ConnState: early.track}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-until.Done():
	}
	defer context.AfterFunc(patience, l.kill)()
	early.close()
	if server.Shutdown(patience) != nil { // what still runs is killed, and is answered so
		soon, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		server.Shutdown(soon)
		server.Close()
	}
	l.finish()
	return err
}

// finish ends the processes when their invocations have ended. No request is being
// answered.
func (l *Lambda) finish() {
	l.mu.Lock()
	if l.served != nil {
		l.served.retire()
	}
	l.mu.Unlock()
	l.owned.Wait()
	l.kill()
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
	if err := l.refuse(r); err != nil {
		return err
	}
	if name, path, ok := urlTarget(r); ok {
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

// unused are the connections over which no request has come yet. Browsers open some in
// advance, and http.Server.Shutdown would wait 5 seconds for their requests.
type unused struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
	over  bool
}

// track is an http.Server's ConnState.
func (u *unused) track(conn net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(u.conns, conn)
	case u.over:
		conn.Close()
	default:
		u.conns[conn] = true
	}
}

// close closes the connections, and those that come later.
func (u *unused) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.over = true
	for conn := range u.conns {
		conn.Close()
	}
}
