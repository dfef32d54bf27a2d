package main

import "fmt"

// progress is a line that tells how far long work is. It is shown on a terminal only, and
// removed at the end.
type progress struct {
	out     output
	what    string
	total   int64
	percent int64 // that is shown; -1 for none
}

// notLong is the number of bytes below which no line is shown.
const notLong = 8 << 20

// progress begins to tell of work on so many bytes.
func (p *process) progress(what string, total int64) *progress {
	return &progress{out: p.stderr, what: what, total: total, percent: -1}
}

// at tells how many bytes are done.
func (l *progress) at(done int64) {
	if !l.out.terminal || l.total < notLong {
		return
	}
	if percent := done * 100 / l.total; percent != l.percent {
		l.percent = percent
		fmt.Fprintf(l.out, "\r%s: %d %%", l.what, percent)
	}
}

// end takes the line away.
func (l *progress) end() {
	if l.percent >= 0 {
		fmt.Fprint(l.out, "\r\x1b[K")
	}
}
