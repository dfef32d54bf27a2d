package script

import "bytes"

const (
	longestLine = 64 << 10 // of standard error, in bytes
	lastBytes   = 4 << 10  // that an error shows of it
)

// stderrLines is what a process writes to standard error: lines for a log.
type stderrLines struct {
	log  func(line string)
	part []byte // a line that has no end yet
	tail []byte // the last lines
}

// write takes what the process wrote.
func (m *stderrLines) write(b []byte) {
	for len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		if room := longestLine - len(m.part); len(line) > room {
			line, rest, whole = b[:room], b[room:], true
		}
		if b = rest; !whole {
			m.part = append(m.part, line...)
			return
		}
		m.line(append(m.part, line...))
		m.part = m.part[:0]
	}
}

// end takes the last line, if it has no end.
func (m *stderrLines) end() {
	if len(m.part) > 0 {
		m.line(m.part)
		m.part = nil
	}
}

// line logs a line and keeps it among the last ones.
func (m *stderrLines) line(line []byte) {
	line = bytes.TrimSuffix(line, []byte("\r"))
	m.tail = append(append(m.tail, line...), '\n')
	if extra := len(m.tail) - lastBytes; extra > 0 {
		m.tail = append(m.tail[:0], m.tail[extra:]...)
	}
	m.log(string(line))
}

// last returns the last lines.
func (m *stderrLines) last() string { return string(bytes.TrimSpace(m.tail)) }
