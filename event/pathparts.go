package event

import (
	"strconv"
	"strings"
)

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

// position returns the position in an array that a key of digits means, or -1.
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
