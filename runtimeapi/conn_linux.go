//go:build linux && (amd64 || arm64) && !portable

package runtimeapi

import (
	"io"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// conn is a connection to the Runtime API: a non-blocking socket, waited for by the Go
// runtime's poller and read and written by system calls that the scheduler is not told
// about.
//
// Measured (CPU of the process per invocation, echo, loopback, microseconds; back to
// back, then with 3 ms and with 30 ms between invocations):
//
//	aws-lambda-go                                        246   284   498
//	net.Conn                                              56   123   139
//	a blocking socket, syscall.Read and Write             42   154   196
//	this                                                  44    63    82
//
// A goroutine blocked in a system call holds its P for up to 10 ms, and as long sysmon
// wakes up every 20 µs to see whether to take it away. A goroutine waiting in the poller
// lets everything sleep. What net.Conn costs beyond that is a read too many before every
// wait, and telling the scheduler of each call; a raw call that never blocks needs
// neither, and cannot hold up the garbage collector. Dialing without package net saves
// 16 of 259 page faults at start-up.
type conn struct {
	socket  socket
	raw     syscall.RawConn
	receive func(fd uintptr) (done bool) // c.receiveStep, made once
	send    func(fd uintptr) (done bool) // c.sendStep, made once

	unsent [2][]byte // of the request: head and body
	space  []byte    // where to read to
	n      int       // bytes read to it
	err    error
}

// socket is what *os.File and *net.TCPConn have in common.
type socket interface {
	io.Closer
	SyscallConn() (syscall.RawConn, error)
	SetReadDeadline(time.Time) error
}

// rawCall is the most bytes moved by a system call behind the scheduler's back: some
// 10 µs of copying.
const rawCall = 64 << 10

// dial connects to a host and port. A name, as opposed to an address, is looked up by
// package net.
func dial(address string) (*conn, error) {
	var s socket
	var err error
	if to, parseError := netip.ParseAddrPort(address); parseError == nil {
		s, err = dialAddress(to)
	} else {
		var dialed net.Conn
		dialed, err = net.Dial("tcp", address)
		if err == nil {
			s = dialed.(*net.TCPConn)
		}
	}
	if err != nil {
		return nil, err
	}
	raw, err := s.SyscallConn()
	if err != nil {
		s.Close()
		return nil, err
	}
	c := &conn{socket: s, raw: raw}
	c.receive, c.send = c.receiveStep, c.sendStep
	return c, nil
}

func dialAddress(to netip.AddrPort) (socket, error) {
	family, address := syscall.AF_INET, syscall.Sockaddr(nil)
	if ip := to.Addr().Unmap(); ip.Is4() {
		address = &syscall.SockaddrInet4{Port: int(to.Port()), Addr: ip.As4()}
	} else {
		family = syscall.AF_INET6
		address = &syscall.SockaddrInet6{Port: int(to.Port()), Addr: ip.As16()}
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := connect(fd, address); err != nil {
		syscall.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), "runtime-api"), nil
}

func connect(fd int, address syscall.Sockaddr) error {
	err := syscall.Connect(fd, address)
	for err == syscall.EINTR {
		err = syscall.Connect(fd, address)
	}
	if err != nil && err != syscall.EISCONN { // EISCONN: made before a signal came
		return os.NewSyscallError("connect", err)
	}
	// Without it, what is sent in two parts may wait for the first to be acknowledged.
	if err := syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	return os.NewSyscallError("fcntl", syscall.SetNonblock(fd, true))
}

// exchange sends a request, if there is one, and reads until the response is whole. A
// response that came although sending failed is a response.
func (c *conn) exchange(head, body []byte, r *response) error {
	c.unsent = [2][]byte{head, body}
	var sendError error
	for {
		c.space, c.n, c.err = r.space(), 0, nil
		if err := c.raw.Read(c.receive); err != nil {
			return err
		}
		if c.sending() && c.err == nil { // the socket's buffer is full
			if err := c.raw.Write(c.send); err != nil {
				return err
			}
			if c.err == nil {
				continue
			}
		}
		if c.sending() {
			sendError, c.unsent = c.err, [2][]byte{}
			r.ends = true
			continue
		}
		if c.err != nil {
			return firstError(sendError, c.err)
		}
		done, err := r.advance(c.n)
		if err != nil {
			return firstError(sendError, err)
		}
		if done {
			return nil
		}
	}
}

// post sends a request and leaves the response where it is.
func (c *conn) post(head, body []byte) error {
	c.unsent, c.err = [2][]byte{head, body}, nil
	if err := c.raw.Write(c.send); err != nil {
		return err
	}
	return c.err
}

func (c *conn) sending() bool { return len(c.unsent[0])+len(c.unsent[1]) > 0 }

// receiveStep sends what is unsent, then reads once. It returns false to be called again
// when there is something to read. The poller was armed before this call, so what comes
// after the request was sent wakes it up: the read that would find nothing is left out.
func (c *conn) receiveStep(fd uintptr) (done bool) {
	if c.sending() {
		return !c.sendStep(fd) || c.err != nil
	}
	n, errno := receive(fd, c.space)
	switch errno {
	case 0:
		c.n = n
	case syscall.EAGAIN:
		return false
	default:
		c.err = os.NewSyscallError("recv", errno)
	}
	return true
}

// sendStep sends what is unsent. It returns false to be called again when there is room.
func (c *conn) sendStep(fd uintptr) (done bool) {
	for i := range c.unsent {
		for len(c.unsent[i]) > 0 {
			flags := 0
			if i == 0 && len(c.unsent[1]) > 0 {
				flags = syscall.MSG_MORE
			}
			n, errno := send(fd, c.unsent[i], flags)
			if errno == syscall.EAGAIN {
				return false
			}
			if errno != 0 {
				c.err = os.NewSyscallError("send", errno)
				return true
			}
			c.unsent[i] = c.unsent[i][n:]
		}
	}
	return true
}

// interrupt makes reads fail with os.ErrDeadlineExceeded, one that waits too, until
// resume. It may be called while another goroutine uses the connection.
func (c *conn) interrupt() { c.socket.SetReadDeadline(time.Unix(1, 0)) }

func (c *conn) resume() { c.socket.SetReadDeadline(time.Time{}) }

func (c *conn) close() { c.socket.Close() }

func send(fd uintptr, b []byte, flags int) (int, syscall.Errno) {
	return transfer(syscall.SYS_SENDTO, fd, b, flags|syscall.MSG_NOSIGNAL)
}

func receive(fd uintptr, b []byte) (int, syscall.Errno) {
	return transfer(syscall.SYS_RECVFROM, fd, b, 0)
}

func transfer(call, fd uintptr, b []byte, flags int) (int, syscall.Errno) {
	do := syscall.RawSyscall6
	if len(b) > rawCall {
		do = syscall.Syscall6
	}
	for {
		n, _, errno := do(call, fd, uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)),
			uintptr(flags|syscall.MSG_DONTWAIT), 0, 0)
		if errno != syscall.EINTR {
			return int(n), errno
		}
	}
}
