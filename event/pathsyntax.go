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
	if path == "" {
		return Path{}, nil
	}
	c := compiler{path: path, rest: -1, copies: 1}
	for c.more = true; c.more; {
		modified, err := c.part()
		if err == nil {
			err = c.separator(modified)
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
	i       int  // where the next part begins
	segment int  // where the segment begins
	more    bool // whether a part has to follow

	steps []step
	keys  []key // of the segment
	rest  int   // from where on gjson follows the path; -1: not yet

	own       []int // where the names of modifiers stand from there on
	modifiers int
	copies    int // how often what is handed over may be in what it becomes
}

func (c *compiler) errorf(offset int, format string, args ...any) error {
	return &PathError{c.path, offset, fmt.Sprintf(format, args...)}
}

// part reads a part: a key, or what gjson or a modifier makes of the value before. A modifier
// is returned.
func (c *compiler) part() (modified step, err error) {
	rest := c.path[c.i:]
	if rest == "" || rest[0] == '|' || rest[0] == '.' && !(c.i == c.segment && strings.HasPrefix(rest, "..")) {
		return step{}, c.errorf(c.i, "a key is missing %s", c.where())
	}
	switch start := c.i; {
	case rest[0] == '@':
		return c.modifier()
	case rest[0] == '[' || rest[0] == '{':
		c.handOver(start)
		err = c.balance()
		c.copies = min(c.copies*(1+strings.Count(c.path[start:min(c.i, len(c.path))], ",")), MaxText)
	case rest[0] == '!' && start == c.segment:
		c.handOver(start)
		err = c.literal()
	case rest[0] == '.':
		c.handOver(start)
		c.i += len("..")
		if c.segment = c.i; c.i < len(c.path) {
			return c.part()
		}
	case strings.HasPrefix(rest, "#(") || strings.HasPrefix(rest, "#["):
		c.handOver(c.segment)
		c.i++
		if err = c.balance(); err == nil && c.i < len(c.path) && c.path[c.i] == '#' {
			c.i++
		}
	default:
		err = c.key()
	}
	return step{}, err
}

func (c *compiler) where() string {
	if c.i == len(c.path) {
		return "at the end"
	}
	return fmt.Sprintf("before '%c'", c.path[c.i])
}

// separator reads what stands between a part and the next. A pipe ends a segment, and so does
// a modifier.
func (c *compiler) separator(modified step) error {
	pipe := modified.modify != nil
	if c.more = c.i < len(c.path); c.more {
		switch c.path[c.i] {
		case '|':
			pipe = true
		case '.':
			pipe = pipe || c.i+1 < len(c.path) && strings.IndexByte("@[{", c.path[c.i+1]) >= 0
		default:
			return c.errorf(c.i, "'.' or '|' expected, found '%c'", c.path[c.i])
		}
		c.i++
	}
	if pipe {
		c.segment = c.i
		c.step(modified)
	}
	return nil
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
	if c.rest < 0 {
		if len(c.keys) > 0 || len(c.steps) == 0 {
			c.step(step{})
		}
		return c.steps
	}
	var rest strings.Builder
	from := c.rest
	for _, at := range c.own {
		rest.WriteString(c.path[from:at])
		rest.WriteString(ownPrefix)
		from = at
	}
	rest.WriteString(c.path[from:])
	c.rest = -1
	c.step(step{name: rest.String(), modify: queryModifier(rest.String(), c.copies, len(c.own) > 0)})
	return c.steps
}

// modifier reads @name or @name:argument. The path in the argument of @dig may have
// modifiers: gjson follows it.
func (c *compiler) modifier() (step, error) {
	start := c.i
	name, end := modifierName(c.path, start+1, ".|:")
	if name == "dig" {
		c.handOver(start)
	}
	if err := c.checkModifier(start, name); err != nil {
		return step{}, err
	}
	argument := ""
	if c.i = end; c.i < len(c.path) && c.path[c.i] == ':' {
		if err := c.argument(); err != nil {
			return step{}, err
		}
		argument = c.path[end+1 : c.i]
	}
	return step{name: c.path[start:end] + ":" + argument, modify: modifierOf(name), argument: argument}, nil
}

// argument reads a modifier's argument from its colon on: JSON, or text up to a pipe.
func (c *compiler) argument() error {
	c.i++
	if c.i < len(c.path) && strings.IndexByte("{[", c.path[c.i]) >= 0 {
		return c.balance()
	}
	for c.i < len(c.path) && c.path[c.i] != '|' {
		switch c.path[c.i] {
		case '{', '[', '(', '"':
			if err := c.balance(); err != nil {
				return err
			}
		default:
			c.i++
		}
	}
	return nil
}

// modifierName returns the name that begins at path[i] and where it ends: before one of
// the terminators.
func modifierName(path string, i int, terminators string) (name string, end int) {
	for end = i; end < len(path) && strings.IndexByte(terminators, path[end]) < 0; {
		end++
	}
	return path[i:end], end
}

// checkModifier checks that there is a modifier of that name. If gjson runs it, its place is
// noted.
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
		c.own = append(c.own, at+1)
	}
	return nil
}
