// Package streamed writes what the handlers of -stream stream.
package streamed

import (
	"errors"
	"io"
	"os"
	"strings"
	"time"
)

// Event says what to stream.
type Event struct {
	First, Until, Rest string
	Times              int
	Fail               bool
}

// Write writes First, waits until there is a file Until, writes Rest as often as Times says, and
// fails if it is to. Flush is called when something has to leave.
func (e Event) Write(w io.Writer, flush func() error) error {
	if _, err := io.WriteString(w, e.First); err != nil {
		return err
	}
	if err := flush(); err != nil {
		return err
	}
	for e.Until != "" {
		if _, err := os.Stat(e.Until); err == nil {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	if _, err := io.WriteString(w, strings.Repeat(e.Rest, e.Times)); err != nil {
		return err
	}
	if e.Fail {
		return errors.New("it fails, as it should")
	}
	return nil
}
