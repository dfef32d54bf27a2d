package local

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
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
}

// Lambda serves the functions of a folder. It is an [http.Handler]; [Lambda.Serve] is
// that with an orderly end.
type Lambda struct {
	Options
	router http.Handler

	ctx    context.Context // ends with what still runs being killed
	kill   context.CancelFunc
	owned  sync.WaitGroup // processes, and what has no request waiting for it
	mu     sync.Mutex
	served *catalog
}

// New returns a Lambda. Processes that it starts for requests end with [Lambda.Serve].
func New(options Options) *Lambda {
	l := &Lambda{Options: options}
	l.ctx, l.kill = context.WithCancel(context.Background())
	l.router = l.routes()
	return l
}

// Serve serves requests until a context ends. Invocations in flight are then waited for,
// until a second context ends, and so are the processes.
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
	if server.Shutdown(patience) != nil { // what still runs is killed, and answers that
		soon, cancel := context.WithTimeout(context.Background(), stopTime)
		defer cancel()
		server.Shutdown(soon)
		server.Close()
	}
	l.finish()
	return err
}

// finish ends the processes when what they do has ended. No request is being answered.
func (l *Lambda) finish() {
	l.mu.Lock()
	if l.served != nil {
		l.served.retire()
	}
	l.mu.Unlock()
	l.owned.Wait()
	l.kill()
}
