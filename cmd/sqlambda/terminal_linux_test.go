package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"
)

// runOnTerminal runs a command with one of its streams on a pseudo-terminal, and
// returns what was written to that: https://man7.org/linux/man-pages/man7/pty.7.html.
func runOnTerminal(cmd *exec.Cmd, stream *io.Writer) (string, error) {
	control, terminal, err := openTerminal()
	if err != nil {
		return "", err
	}
	defer control.Close()
	*stream = terminal
	err = cmd.Start()
	terminal.Close()
	if err != nil {
		return "", err
	}
	// Reading ends with EIO where the command has closed its side, and not before
	// everything is read.
	sent, err := io.ReadAll(control)
	if !errors.Is(err, syscall.EIO) {
		return "", errors.Join(err, cmd.Wait())
	}
	return string(sent), cmd.Wait()
}

func openTerminal() (control, terminal *os.File, err error) {
	control, err = os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	number, err := unix.IoctlGetInt(int(control.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(control.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		terminal, err = os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		return nil, nil, errors.Join(err, control.Close())
	}
	return control, terminal, nil
}
