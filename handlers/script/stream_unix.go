//go:build unix

package script

import (
	"bytes"
	"io"
	"os"
	"slices"
	"sync"
	"syscall"
)

// stream is the runtime's end of a pipe that a process writes to.
type stream struct {
	file *os.File
	raw  syscall.RawConn
	fd   int
}

func newStream(file *os.File) stream {
	raw, fd := rawOf(file)
	return stream{file, raw, fd}
}

// rawOf returns the means to use a file without Go's scheduler, as long as it is open.
func rawOf(file *os.File) (raw syscall.RawConn, fd int) {
	raw, err := file.SyscallConn()
	if err != nil { // only a closed file has none
		panic(err)
	}
	raw.Control(func(n uintptr) { fd = int(n) })
	return raw, fd
}

// available reads what the pipe holds, without waiting: n is 0 if that is nothing. At the
// end of the stream the error is io.EOF. The file must not be closed meanwhile.
func (s *stream) available(into []byte) (n int, err error) {
	for {
		n, err = readNow(s.fd, into)
		switch {
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return 0, nil
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}

// largestKept is the size of a buffer, in bytes, above which it is given up.
const largestKept = 256 << 10

// output is the standard output of a process.
type output struct {
	stream
	limit  int
	buffer []byte
	taken  int // bytes of the buffer: the last line, with its end

	step func(uintptr) bool // o.readStep, made once
	free []byte             // where it reads to
	n    int                // and what it has read
	err  error
}

func newOutput(file *os.File, limit int) *output {
	o := &output{stream: newStream(file), limit: limit}
	o.step = o.readStep
	return o
}

// read reads more into the buffer. The error is io.EOF at the end, ErrTooLarge beyond the
// limit, and os.ErrDeadlineExceeded if the time is over and the pipe is empty.
func (o *output) read() error {
	if len(o.buffer) > o.limit {
		return ErrTooLarge
	}
	o.buffer = slices.Grow(o.buffer, 4096)
	o.free = o.buffer[len(o.buffer):cap(o.buffer)]
	o.n, o.err = 0, nil
	if over := o.raw.Read(o.step); over != nil { // the time is over, or was before
		o.step(0)
		if o.n == 0 && o.err == nil {
			o.err = over
		}
	}
	o.buffer = o.buffer[:len(o.buffer)+o.n]
	return o.err
}

// readStep reads once. It returns false to be called again when there is something.
func (o *output) readStep(uintptr) (done bool) {
	o.n, o.err = o.available(o.free)
	return o.n > 0 || o.err != nil
}

// line returns the next line. An error leaves in the buffer what is not a line.
func (o *output) line() ([]byte, error) {
	o.buffer, o.taken = o.buffer[:0], 0
	if cap(o.buffer) > largestKept {
		o.buffer = nil
	}
	for searched := 0; ; {
		if end := bytes.IndexByte(o.buffer[searched:], '\n'); end >= 0 {
			o.taken = searched + end + 1
			return o.buffer[:o.taken-1], nil
		}
		searched = len(o.buffer)
		if err := o.read(); err != nil {
			return nil, err
		}
	}
}

// unasked reports whether there is something behind the last line, and whether more may come.
func (o *output) unasked() (some, open bool) {
	if o.taken < len(o.buffer) {
		return true, true
	}
	var next [1]byte
	n, err := o.available(next[:])
	return n > 0, err == nil
}

const (
	longestLine = 64 << 10 // of standard error, in bytes
	lastBytes   = 4 << 10  // that an error shows of it
)

// messages is the standard error of a process: lines for a log.
type messages struct {
	stream
	log  func(line string)
	done chan struct{} // closed when all was read

	mu     sync.Mutex
	buffer []byte // a line that has no end yet
	tail   []byte // the last lines
}

func newMessages(file *os.File, log func(line string)) *messages {
	return &messages{stream: newStream(file), log: log, done: make(chan struct{})}
}

// follow logs lines until the end of the stream, or its deadline.
func (m *messages) follow() {
	defer close(m.done)
	for open := true; open; {
		err := m.raw.Read(func(uintptr) bool {
			var some bool
			some, open = m.flush()
			return some || !open
		})
		if err != nil { // the deadline: flush has read what was there before it
			m.flush()
			break
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.buffer) > 0 {
		m.take(m.buffer)
	}
}

// flush logs what the process has written by now. It reports whether that was something,
// and whether more may come.
func (m *messages) flush() (some, open bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for total := 0; total < 1<<20; {
		m.buffer = slices.Grow(m.buffer, 1024)
		n, err := m.available(m.buffer[len(m.buffer):cap(m.buffer)])
		if n == 0 {
			return total > 0, err == nil
		}
		total += n
		m.buffer = m.buffer[:len(m.buffer)+n]
		m.lines()
	}
	return true, true
}

// lines logs the whole lines in the buffer.
func (m *messages) lines() {
	rest := m.buffer
	for {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 && len(rest) < longestLine {
			break
		}
		if end < 0 || end > longestLine {
			end = longestLine
			m.take(rest[:end])
			rest = rest[end:]
			continue
		}
		m.take(rest[:end])
		rest = rest[end+1:]
	}
	m.buffer = append(m.buffer[:0], rest...)
}

// take logs a line and keeps it among the last ones.
func (m *messages) take(line []byte) {
	line = bytes.TrimSuffix(line, []byte("\r"))
	m.tail = append(append(m.tail, line...), '\n')
	if extra := len(m.tail) - lastBytes; extra > 0 {
		m.tail = append(m.tail[:0], m.tail[extra:]...)
	}
	m.log(string(line))
}

// last returns the last lines.
func (m *messages) last() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return string(bytes.TrimSpace(m.tail))
}

// forget forgets the last lines.
func (m *messages) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tail = m.tail[:0]
}
