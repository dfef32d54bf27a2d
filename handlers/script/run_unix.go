//go:build unix

package script

import "time"

// Run starts a process, writes the input to it and returns its output once it has ended with
// status 0. The environment comes after the program's. Its error is ErrDeadline, ErrTooLarge,
// an *ExitError, or why the process could not be started. A zero deadline is none.
func (p *Program) Run(input []byte, environment []string, deadline time.Time) ([]byte, error) {
	r, err := p.start(environment)
	if err != nil {
		return nil, err
	}
	if err = r.send(input, true); err == nil {
		_, err = r.move(deadline, func() bool { return r.ended && r.stdout == closed && r.stderr == closed })
	}
	inTime := r.ended
	r.end()
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
