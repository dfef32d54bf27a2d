//go:build !linux

package runtimehost

import "errors"

// PeakBytes is not available on this system.
func (p *Process) PeakBytes() (int64, error) { return 0, errors.ErrUnsupported }
