//go:build !linux

package lambdatest

import "errors"

// Usage is not available on this system; a process that has ended has [Process.State].
func (p *Process) Usage() (Usage, error) {
	return Usage{}, errors.ErrUnsupported
}

// PeakBytes is not available on this system.
func (p *Process) PeakBytes() (int64, error) { return 0, errors.ErrUnsupported }
