package event

import (
	"fmt"
	"strings"

	"sqlambda/internal/nearest"
)

// MaxPath is how long a path may be, in bytes.
const MaxPath = 4096

// MaxModifiers is how many modifiers a path may have: each may make a text of MaxText.
const MaxModifiers = 16

// ParsePath checks and compiles a gjson path
// (https://github.com/tidwall/gjson/blob/master/SYNTAX.md). The empty path leads to the event
// itself. The error is a *PathError.
func ParsePath(path string) (Path, error) {
	if len(path) > MaxPath {
		return Path{}, &PathError{path[:20] + "…", MaxPath, fmt.Sprintf("longer than %d bytes", MaxPath)}
	}
	c := compiler{path: path, rest: -1, copies: 1}
	for more := path != ""; more; {
		modified, err := c.part()
		if err == nil {
			more, err = c.separator(modified)
		}
		if err != nil {
			return Path{}, err
		}
	}
	return Path{text: path, steps: c.finish()}, nil
}

// A compiler reads a path part by part. Pipes separate segments; a dot before a modifier or a
// multipath is a pipe as well.
type compiler struct {
	path    string
	i       int // where the next part begins
	segment int // where the segment begins

	steps []step
	keys  []key // of the segment

	// From rest on, gjson follows the path; -1: not yet. What stands before rest of that is in
	// handed, with modifiers by the names under which gjson knows them.
	rest   int
	handed strings.Builder
	copies int // how often what is handed over may be in what it becomes

	modifiers int
}

func (c *compiler) errorf(offset int, format string, args ...any) error {
	return &PathError{c.path, offset, fmt.Sprintf(format, args...)}
}

// at reports whether one of these characters is next.
func (c *compiler) at(these string) bool {
	return c.i < len(c.path) && strings.IndexByte(these, c.path[c.i]) >= 0
}

// until goes on to one of these characters.
func (c *compiler) until(these string) {
	for c.i < len(c.path) && !c.at(these) {
		c.i++
	}
}

// separator reads what stands between a part and the next, if there is more. A pipe ends a
// segment, and so does a modifier.
func (c *compiler) separator(modified step) (more bool, err error) {
	pipe := modified.modify != nil || c.at("|")
	if more = c.i < len(c.path); more {
		if !c.at(".|") {
			return false, c.errorf(c.i, "'.' or '|' expected, found '%c'", c.path[c.i])
		}
		c.i++
		pipe = pipe || c.at("@[{")
	}
	if pipe {
		c.segment = c.i
		c.step(modified)
	}
	return more, nil
}

// step ends a step, unless gjson follows the path. A bare pipe and a modifier after it are one.
func (c *compiler) step(s step) {
	last := len(c.steps) - 1
	switch s.keys = c.keys; {
	case c.rest >= 0:
		return
	case len(c.keys) == 0 && last >= 0 && c.steps[last].modify == nil:
		s.keys = c.steps[last].keys
		c.steps[last] = s
	default:
		c.steps = append(c.steps, s)
	}
	c.keys = nil
}

// handOver lets gjson follow the path from that offset on.
func (c *compiler) handOver(offset int) {
	if c.rest < 0 {
		c.rest = offset
		c.keys = nil // those of the segment, which begins there
	}
}

func (c *compiler) finish() []step {
	if c.rest >= 0 {
		rest := c.handed.String() + c.path[c.rest:]
		c.rest = -1
		c.step(step{name: rest, modify: queryModifier(rest, c.copies, c.handed.Len() > 0)})
	} else if len(c.keys) > 0 {
		c.step(step{})
	}
	return c.steps
}

// checkModifier checks that there is a modifier of the name that follows the @ at an offset.
// If gjson runs it, it gets the name under which gjson knows it.
func (c *compiler) checkModifier(at int, name string) error {
	if modifierOf(name) == nil {
		near, ok := nearest.Name(name, modifierNames())
		if strings.Contains(strings.ToLower(name), "json") {
			near, ok = "fromstr", true
		}
		if !ok {
			return c.errorf(at, "there is no modifier @%s; a field of that name is written \\@%s", name, name)
		}
		return c.errorf(at, "there is no modifier @%s: did you mean @%s? A field of that name is written \\@%s", name, near, name)
	}
	if c.modifiers++; c.modifiers > MaxModifiers {
		return c.errorf(at, "more than %d modifiers", MaxModifiers)
	}
	if c.rest >= 0 {
		c.handed.WriteString(c.path[c.rest:at+len("@")] + ownPrefix)
		c.rest = at + len("@")
	}
	return nil
}
