//go:build !linux

package lambdatest

import "errors"

// Usage is not available on this system; a process that has ended has [Process.State].
func (p *Process) Usage() (Usage, error) {
	return Usage{}, errors.ErrUnsupported
}
