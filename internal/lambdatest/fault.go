package lambdatest

import (
	"io"
	"net"
	"net/http"
)

func (a *Answer) goesWrong() bool {
	return a.Raw != nil || a.Endless != nil || a.Cut > 0 || a.Drop || a.Stall != nil || a.Reset
}

// inject takes the connection from net/http, sends the answer as it goes wrong and
// ends the connection.
func (a *Answer) inject(w http.ResponseWriter, closed <-chan struct{}) {
	hijacked, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	connection := hijacked.(*net.TCPConn)
	defer connection.Close()
	gone := watch(connection, closed)
	now, rest := a.split()
	connection.Write(now)
	if a.Stall != nil {
		select {
		case <-a.Stall:
			connection.Write(rest)
		case <-gone:
		}
	}
	for len(a.Endless) > 0 {
		if _, err := connection.Write(a.Endless); err != nil {
			break
		}
	}
	if a.Reset {
		connection.SetLinger(0)
	}
}

// split takes the answer apart into what is sent and what is cut off.
func (a *Answer) split() (now, rest []byte) {
	answer := a.bytes()
	switch {
	case a.Drop:
		return nil, answer
	case a.Cut > 0 && a.Cut < len(answer):
		return answer[:a.Cut], answer[a.Cut:]
	}
	return answer, nil
}

// watch tells when the client has ended the connection, and ends it with the server.
func watch(connection net.Conn, closed <-chan struct{}) (gone <-chan struct{}) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		io.Copy(io.Discard, connection)
	}()
	go func() {
		select {
		case <-closed:
			connection.Close()
		case <-done:
		}
	}()
	return done
}
