package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// maxEvent is the largest event that Lambda takes, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEvent = 6 << 20

// sources counts the events that the command line gives.
func (c *invokeCommand) sources() int {
	n := 0
	for _, given := range [...]bool{c.Event != nil, c.EventFile != "", c.Stdin != ""} {
		if given {
			n++
		}
	}
	return n
}

// event reads the event. Standard input is read only if the command line asks for it: a
// command in a script or a loop must not swallow its caller's input.
func (c *invokeCommand) event(stdin io.Reader) ([]byte, error) {
	name, from := "standard input", stdin
	switch {
	case c.Event != nil:
		name, from = "--event", strings.NewReader(*c.Event)
	case c.Stdin == "-" || c.EventFile == "-":
	case c.EventFile != "":
		file, err := os.Open(c.EventFile)
		if err != nil {
			return nil, &usageError{message: fmt.Sprintf("cannot read the event: %v", err)}
		}
		defer file.Close()
		name, from = c.EventFile, file
	default:
		return []byte("{}"), nil
	}
	event, err := io.ReadAll(io.LimitReader(from, maxEvent+1))
	switch {
	case err != nil:
		return nil, &usageError{message: fmt.Sprintf("cannot read the event: %v", err)}
	case len(event) > maxEvent:
		return nil, &usageError{message: fmt.Sprintf("the event in %s is larger than 6 MiB, the most that Lambda takes", name)}
	}
	return event, nil
}
