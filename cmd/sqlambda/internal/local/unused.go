package local

import (
	"net"
	"net/http"
	"sync"
)

// unused are the connections over which no request has come yet. Browsers open some in
// advance, and http.Server.Shutdown would wait 5 seconds for what they send.
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

// close closes the connections, and those that come.
func (u *unused) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.over = true
	for conn := range u.conns {
		conn.Close()
	}
}
