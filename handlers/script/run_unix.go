//go:build unix

package script

import "time"

// largestKept is the size of a buffer, in bytes, above which it is given up.
const largestKept = 256 << 10

// Run starts a process, writes the input to it and returns its output once it has ended with
// status 0. The output is valid until the next call. The environment comes after the program's.
// Its error is ErrDeadline, ErrTooLarge, an *ExitError, or why the process could not be
// started. A zero deadline is none.
func (p *Program) Run(input []byte, environment []string, deadline time.Time) ([]byte, error) {
	r, err := p.start(environment)
	if err != nil {
		return nil, err
	}
	if r.output = p.output[:0]; cap(r.output) > largestKept {
		r.output = nil
	}
	if err = r.send(input, true); err == nil {
		_, err = r.move(deadline, func() bool { return r.ended && r.stdout == closed && r.stderr == closed })
	}
	inTime := r.ended
	r.end()
	p.output = r.output
	switch {
	case err != nil:
		return nil, err
	case !inTime:
		return nil, ErrDeadline
	case r.status.ExitStatus() != 0:
		return nil, r.failure()
	}
	return r.output, nil
}

// Close gives up what the program keeps between its processes.
func (p *Program) Close() { p.poller.close() }
