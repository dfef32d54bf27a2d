package event

import (
	"fmt"
	"strconv"
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

// part reads a part: a key, or what gjson or a modifier makes of the value before. A modifier
// is returned.
func (c *compiler) part() (modified step, err error) {
	start := c.i
	first := start == c.segment // of the segment
	switch rest := c.path[start:]; {
	case rest == "":
		return step{}, c.errorf(start, "a key is missing at the end")
	case first && strings.HasPrefix(rest, ".."): // the lines of a JSON Lines document
		c.handOver(start)
		c.i += len("..")
		if c.segment = c.i; c.i < len(c.path) {
			return c.part()
		}
	case c.at(".|"):
		return step{}, c.errorf(start, "a key is missing before '%c'", rest[0])
	case c.at("@"):
		return c.modifier()
	case c.at("[{"):
		c.handOver(start)
		if err = c.balance(); err == nil {
			c.copies = min(c.copies*(1+strings.Count(c.path[start:c.i], ",")), MaxText)
		}
	case first && c.at("!"): // a literal, JSON; a lone ! is a key to gjson
		c.handOver(start)
		if c.i++; c.at(`{["`) {
			return step{}, c.balance()
		}
		c.until(".|")
	case strings.HasPrefix(rest, "#(") || strings.HasPrefix(rest, "#["):
		c.handOver(c.segment)
		c.i++
		if err = c.balance(); err == nil && c.at("#") {
			c.i++
		}
	default:
		err = c.key()
	}
	return step{}, err
}

// key reads a key: plain, with wildcards, or the # of an array's length.
func (c *compiler) key() error {
	start := c.i
	if err := c.refuseJSONPath(); err != nil {
		return err
	}
	var name []byte
	wild := false
	for ; c.i < len(c.path) && !c.at(".|"); c.i++ {
		wild = wild || c.at("*?")
		if c.at(`\`) {
			if c.i++; c.i == len(c.path) {
				return c.errorf(c.i-1, "the backslash at the end escapes nothing")
			}
		}
		name = append(name, c.path[c.i])
	}
	written := c.path[start:c.i]
	if wild || written == "#" {
		c.handOver(c.segment)
	} else if c.rest < 0 {
		k := key{name: string(name), index: -1}
		if k.name == written { // without escapes
			k.index = position(written)
		}
		c.keys = append(c.keys, k)
	}
	return nil
}

// position returns the position in an array that a key means, or -1.
func position(name string) int {
	if n, err := strconv.ParseUint(name, 10, strconv.IntSize-1); err == nil {
		return int(n)
	}
	return -1
}

// refuseJSONPath recognises what was meant as JSONPath: $.a and a[0], which gjson would
// take for keys of that very name.
func (c *compiler) refuseJSONPath() error {
	rest := c.path[c.i:]
	if c.i == 0 && (rest == "$" || strings.HasPrefix(rest, "$.") || strings.HasPrefix(rest, "$[")) {
		return c.errorf(0, "a path has no $ for its root: it begins with the first key. A field of that name is written \\$")
	}
	part := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"))]
	inside, opened := strings.CutPrefix(rest[len(part):], "[")
	inside, _, closed := strings.Cut(inside, "]")
	if !opened || !closed || inside == "" {
		return nil
	}
	if inside == "*" || position(inside) >= 0 || inside[0] == '"' || inside[0] == '\'' {
		return c.errorf(c.i+len(part), "an element is written %s.%s, a field of that name %s\\[%s\\]",
			part, strings.Replace(strings.Trim(inside, `"'`), "*", "#", 1), part, inside)
	}
	return nil
}

// balance reads from a bracket to the one that closes it, or a quoted text. It checks the
// modifiers inside.
func (c *compiler) balance() error {
	start, quoted := c.i, false
	var open []byte
	for ; c.i < len(c.path); c.i++ {
		switch b := c.path[c.i]; {
		case b == '\\':
			c.i++
		case b == '"':
			quoted = !quoted
		case quoted: // text
		case b == '[' || b == '{':
			open = append(open, b+2)
		case b == '(':
			open = append(open, ')')
		case b == ']' || b == '}' || b == ')':
			if len(open) == 0 || open[len(open)-1] != b {
				return c.errorf(c.i, "'%c' closes nothing: text in a query is written in quotes", b)
			}
			open = open[:len(open)-1]
		case b == '@':
			if err := c.inner(); err != nil {
				return err
			}
		}
		if len(open) == 0 && !quoted {
			c.i++
			return nil
		}
	}
	if quoted {
		return c.errorf(start, "the quote is not closed")
	}
	return c.errorf(start, "'%c' is not closed", c.path[start])
}

// inner checks a modifier in a multipath or query.
func (c *compiler) inner() error {
	before, name, after := c.path[c.i-1], c.path[c.i+1:], ""
	if strings.IndexByte(".|[{(,:", before) < 0 {
		return nil // part of a text
	}
	if end := strings.IndexAny(name, ".|:,[]{}()=<>!% "); end >= 0 {
		name, after = name[:end], name[end:]
	}
	if strings.IndexByte("[{,", before) >= 0 && strings.HasPrefix(after, ":") {
		return nil // the name of a multipath's member
	}
	return c.checkModifier(c.i, name)
}

// modifier reads @name or @name:argument. An argument is JSON, or text up to a pipe. The path
// in that of @dig may have modifiers: gjson follows it.
func (c *compiler) modifier() (step, error) {
	start := c.i
	c.until(".|:")
	name := c.path[start+len("@") : c.i]
	if name == "dig" {
		c.handOver(start)
	}
	if err := c.checkModifier(start, name); err != nil {
		return step{}, err
	}
	argument := ""
	if c.at(":") {
		c.i++
		from := c.i
		for json := c.at("{["); c.i < len(c.path) && !c.at("|"); {
			if c.until(`|{[("`); c.at(`{[("`) {
				if err := c.balance(); err != nil {
					return step{}, err
				}
			}
			if json {
				break
			}
		}
		argument = c.path[from:c.i]
	}
	return step{name: "@" + name + ":" + argument, modify: modifierOf(name), argument: argument}, nil
}
