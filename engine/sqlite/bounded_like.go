package sqlite

import (
	"modernc.org/libc"
	lib "modernc.org/sqlite/lib"
)

func boundedLike(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	matchBounded(tls, context, n, argv, like)
}

func boundedLike3(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	matchBounded(tls, context, n, argv, like3)
}

func boundedGlob(tls *libc.TLS, context uintptr, n int32, argv uintptr) {
	matchBounded(tls, context, n, argv, glob)
}

// matchBounded is LIKE and GLOB.
func matchBounded(tls *libc.TLS, context uintptr, n int32, argv uintptr, place int) {
	c := &call{arguments: arguments{tls, argv, int(n)}, context: context}
	limit := connectionAt(lib.Xsqlite3_context_db_handle(tls, context)).FaLimit[lib.SQLITE_LIMIT_LIKE_PATTERN_LENGTH]
	if c.isSmall() || c.isBlob(0) || c.isBlob(1) || c.size(0) > int(limit) {
		c.ownFunction(place)
		return
	}
	m := matcher{call: c, all: '%', one: '_', fold: true}
	switch place {
	case glob:
		m.all, m.one, m.set, m.fold = '*', '?', true, false
		m.other = '['
	case like3:
		escape := c.bytes(2)
		if c.isNull(2) || len(escape) == 0 || characters(escape) != 1 {
			c.ownFunction(place) // it says why not
			return
		}
		if m.other, _ = character(escape); m.other == m.all {
			m.all = 0
		} else if m.other == m.one {
			m.one = 0
		}
	}
	result := m.compare(untilNUL(c.bytes(0)), untilNUL(c.bytes(1)))
	if result != interrupted {
		lib.Xsqlite3_result_int(tls, context, libc.BoolInt32(result == matches))
	}
}

// matcher compares with the pattern of a LIKE or GLOB as patternCompare of SQLite's
// func.c does.
type matcher struct {
	*call
	all, one rune // that stand for any characters, and for any one; 0: there is none
	other    rune // that escapes the next, or that begins a set
	set      bool
	fold     bool // ASCII letters are the same in both cases
}

// match is the result of a comparison.
type match int

const (
	matches match = iota
	differs
	never       // no match, wherever it begins
	interrupted // the time is over
)

// character returns the first character of a text and the rest; 0 at its end.
func character(s []byte) (rune, []byte) {
	if len(s) == 0 {
		return 0, s
	}
	c, i := rune(s[0]), 1
	if c < 0xC0 {
		return c, s[1:]
	}
	switch {
	case c < 0xE0:
		c &= 0x1F
	case c < 0xF0:
		c &= 0x0F
	case c < 0xF8:
		c &= 0x07
	case c < 0xFC:
		c &= 0x03
	case c < 0xFE:
		c &= 0x01
	default:
		c = 0
	}
	for i < len(s) && isContinuation(s[i]) {
		c = c<<6 + rune(s[i]&0x3F)
		i++
	}
	if c < 0x80 || c&^0x7FF == 0xD800 || c&^1 == 0xFFFE {
		c = 0xFFFD
	}
	return c, s[i:]
}

// untilNUL is the text as the C code sees it.
func untilNUL(s []byte) []byte {
	for i, b := range s {
		if b == 0 {
			return s[:i]
		}
	}
	return s
}

func (m *matcher) compare(pattern, text []byte) match {
	var escaped []byte // the pattern after a character that was escaped
	isEscaped := false
	for len(pattern) > 0 {
		c, rest := character(pattern)
		if pattern = rest; c == m.all && m.all != 0 {
			return m.afterAll(pattern, text)
		}
		if c == m.other && m.other != 0 {
			if m.set {
				found, rest, after := inSet(pattern, text)
				if !found {
					return differs
				}
				pattern, text = rest, after
				continue
			}
			if c, pattern = character(pattern); c == 0 {
				return differs
			}
			escaped, isEscaped = pattern, true
		}
		var t rune
		if t, text = character(text); m.same(c, t) {
			continue
		}
		if c == m.one && m.one != 0 && t != 0 && !(isEscaped && len(escaped) == len(pattern)) {
			continue
		}
		return differs
	}
	if len(text) == 0 {
		return matches
	}
	return differs
}

func (m *matcher) same(a, b rune) bool {
	return a == b || m.fold && a < 0x80 && b < 0x80 && lower(a) == lower(b)
}

func lower(c rune) rune {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// afterAll goes on after a character that stands for any number of characters.
func (m *matcher) afterAll(pattern, text []byte) match {
	before := pattern
	c, pattern := character(pattern)
	for c != 0 && (c == m.all || c == m.one) {
		if c == m.one {
			var t rune
			if t, text = character(text); t == 0 {
				return never
			}
		}
		before = pattern
		c, pattern = character(pattern)
	}
	if c == 0 {
		return matches
	}
	if c == m.other && m.other != 0 {
		if m.set {
			return m.anywhere(before, text)
		}
		if c, pattern = character(pattern); c == 0 {
			return never
		}
	}
	for {
		var t rune
		if t, text = character(text); t == 0 {
			return never
		}
		if m.over(1) {
			return interrupted
		}
		if !m.same(c, t) {
			continue
		}
		if result := m.try(pattern, text); result != differs {
			return result
		}
	}
}

// anywhere tries a pattern that begins with a set at every character.
func (m *matcher) anywhere(pattern, text []byte) match {
	for len(text) > 0 {
		if result := m.try(pattern, text); result != differs {
			return result
		}
		_, text = character(text)
	}
	return never
}

func (m *matcher) try(pattern, text []byte) match {
	if m.over(len(pattern)) {
		return interrupted
	}
	return m.compare(pattern, text)
}

// inSet reports whether the first character of the text is in the set that the pattern
// goes on with, after its bracket.
func inSet(pattern, text []byte) (found bool, rest, after []byte) {
	c, after := character(text)
	if c == 0 {
		return false, nil, nil
	}
	var prior rune
	seen, invert := false, false
	s, pattern := character(pattern)
	if s == '^' {
		invert = true
		s, pattern = character(pattern)
	}
	if s == ']' {
		seen = c == ']'
		s, pattern = character(pattern)
	}
	for s != 0 && s != ']' {
		if s == '-' && len(pattern) > 0 && pattern[0] != ']' && prior > 0 {
			s, pattern = character(pattern)
			seen = seen || c >= prior && c <= s
			prior = 0
		} else {
			seen = seen || c == s
			prior = s
		}
		s, pattern = character(pattern)
	}
	return s != 0 && seen != invert, pattern, after
}
