package event

import (
	"strings"
)

// key reads a key: plain, with wildcards, or the # of an array's length.
func (c *compiler) key() error {
	start := c.i
	if err := c.refuseJSONPath(); err != nil {
		return err
	}
	var name []byte
	escaped, wild := false, false
	for ; c.i < len(c.path) && c.path[c.i] != '.' && c.path[c.i] != '|'; c.i++ {
		switch c.path[c.i] {
		case '*', '?':
			wild = true
		case '\\':
			escaped = true
			if c.i++; c.i == len(c.path) {
				return c.errorf(c.i-1, "the backslash at the end escapes nothing")
			}
		}
		name = append(name, c.path[c.i])
	}
	if wild || c.path[start:c.i] == "#" {
		c.handOver(c.segment)
	} else if c.rest < 0 {
		k := key{name: string(name), index: -1}
		if !escaped {
			k.index = position(k.name)
		}
		c.keys = append(c.keys, k)
	}
	return nil
}

// position returns the position in an array that a key of digits means, or -1.
func position(name string) int {
	digits := strings.TrimLeft(name, "0")
	if digits == "" && name != "" {
		return 0
	}
	n, ok := integer(digits)
	if !ok || digits[0] == '-' {
		return -1
	}
	return int(n)
}

// refuseJSONPath recognises what was meant as JSONPath: $.a and a[0], which gjson would
// take for keys of that very name.
func (c *compiler) refuseJSONPath() error {
	rest := c.path[c.i:]
	if c.i == 0 && (rest == "$" || strings.HasPrefix(rest, "$.") || strings.HasPrefix(rest, "$[")) {
		return c.errorf(0, "a path has no $ for its root: it begins with the first key. A field of that name is written \\$")
	}
	part := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"))]
	inside, ok := strings.CutPrefix(rest[len(part):], "[")
	if !ok {
		return nil
	}
	if inside, _, ok = strings.Cut(inside, "]"); !ok || inside == "" {
		return nil
	}
	if inside == "*" || position(inside) >= 0 || inside[0] == '"' || inside[0] == '\'' {
		return c.errorf(c.i+len(part), "an element is written %s.%s, a field of that name %s\\[%s\\]",
			part, strings.Replace(strings.Trim(inside, `"'`), "*", "#", 1), part, inside)
	}
	return nil
}

// literal reads a literal: a ! and JSON. A lone ! is a key to gjson.
func (c *compiler) literal() error {
	c.i++
	if c.i < len(c.path) && strings.IndexByte(`{["`, c.path[c.i]) >= 0 {
		return c.balance()
	}
	for c.i < len(c.path) && c.path[c.i] != '.' && c.path[c.i] != '|' {
		c.i++
	}
	return nil
}

// balance reads from a bracket to the one that closes it, or a quoted text. It checks the
// modifiers inside.
func (c *compiler) balance() error {
	start := c.i
	var open []byte
	for ; c.i < len(c.path); c.i++ {
		switch b := c.path[c.i]; b {
		case '\\':
			c.i++
		case '"':
			if !c.quoted() {
				return c.errorf(start, "the quote is not closed")
			}
		case '[', '{':
			open = append(open, b+2)
		case '(':
			open = append(open, ')')
		case ']', '}', ')':
			if len(open) == 0 || open[len(open)-1] != b {
				return c.errorf(c.i, "'%c' closes nothing: text in a query is written in quotes", b)
			}
			open = open[:len(open)-1]
		case '@':
			if err := c.inner(); err != nil {
				return err
			}
		}
		if len(open) == 0 {
			c.i++
			return nil
		}
	}
	return c.errorf(start, "'%c' is not closed", c.path[start])
}

// quoted moves to the quote that closes the one here.
func (c *compiler) quoted() bool {
	for c.i++; c.i < len(c.path); c.i++ {
		switch c.path[c.i] {
		case '\\':
			c.i++
		case '"':
			return true
		}
	}
	return false
}

// inner checks a modifier in a multipath or query.
func (c *compiler) inner() error {
	before := c.path[c.i-1]
	if strings.IndexByte(".|[{(,:", before) < 0 {
		return nil // part of a text
	}
	name, end := modifierName(c.path, c.i+1, ".|:,[]{}()=<>!% ")
	if strings.IndexByte("[{,", before) >= 0 && end < len(c.path) && c.path[end] == ':' {
		return nil // the name of a multipath's member
	}
	return c.checkModifier(c.i, name)
}
