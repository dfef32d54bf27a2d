//go:build !linux

package main

import (
	"errors"
	"io"
	"os/exec"
)

// runOnTerminal is for Linux only; scripts that need it say so.
func runOnTerminal(*exec.Cmd, *io.Writer) (string, error) {
	return "", errors.ErrUnsupported
}
