//go:build !unix

package script

import (
	"errors"
	"time"
)

var errUnix = errors.New("programs run on Linux and macOS: on Windows, use WSL")

type poller struct{}

// Close does nothing.
func (p *Program) Close() {}

// Run fails: see the package's documentation.
func (p *Program) Run([]byte, []string, time.Time) ([]byte, error) {
	return nil, errUnix
}

// Kept is a process that answers each line of input with a line of output.
type Kept struct {
	Program *Program
	Rapid   bool
}

// Start fails: see the package's documentation.
func (k *Kept) Start() error { return errUnix }

// Ask fails: see the package's documentation.
func (k *Kept) Ask([]byte, time.Time) ([]byte, error) { return nil, errUnix }

// Close does nothing.
func (k *Kept) Close() {}
