package event

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// MaxDepth is how deep objects and arrays may nest, as in encoding/json.
const MaxDepth = 10_000

// A validator checks that a text is one JSON value by RFC 8259, without recursion,
// so that no nesting can exhaust the stack.
type validator struct {
	s string
	i int // where it is; after a failure, the place of the problem

	// Whether each open container is an object: the innermost 64 in the bits of top,
	// groups of 64 further out in outer.
	top   uint64
	outer []uint64
	depth int

	high    uint64 // the text's bytes from strings, or'ed: bit 7 of each byte says "not ASCII"
	escaped bool   // a string had an escape since this was cleared
	problem string // why the text is not valid
}

// validate reports whether s is one JSON value, white space around it allowed.
func (v *validator) validate() bool {
	return v.whole() && v.end()
}

// whole reads a value with all that is in it.
func (v *validator) whole() bool {
	depth := v.depth
	if !v.value() {
		return false
	}
	for v.depth > depth {
		if !v.continueContainer() {
			return false
		}
	}
	return true
}

// end checks what can be known once the value has ended.
func (v *validator) end() bool {
	if v.space(); v.i < len(v.s) {
		return v.fail("the value has ended, but text follows")
	}
	if v.high&highBits != 0 && !utf8.ValidString(v.s) {
		v.i = firstInvalid(v.s)
		return v.fail("a byte that is not UTF-8")
	}
	return true
}

func firstInvalid(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
	}
	return len(s)
}

func (v *validator) fail(problem string) bool {
	v.problem = problem
	return false
}

func (v *validator) space() {
	s, i := v.s, v.i
	for i < len(s) && s[i] <= ' ' && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	v.i = i
}

// value reads a scalar, or opens containers up to the first scalar or empty container
// in them.
func (v *validator) value() bool {
	for {
		v.space()
		if v.i >= len(v.s) {
			return v.fail("a value expected")
		}
		switch c := v.s[v.i]; c {
		case '"':
			return v.str()
		case '{', '[':
			if !v.open(c == '{') {
				return false
			}
			if v.space(); v.i < len(v.s) && v.s[v.i] == c+2 {
				v.close()
				return true
			}
			if c == '{' {
				if _, ok := v.name(); !ok {
					return false
				}
			}
		case 't':
			return v.literal("true")
		case 'f':
			return v.literal("false")
		case 'n':
			return v.literal("null")
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			return v.number()
		default:
			return v.fail("a value expected")
		}
	}
}

// continueContainer reads what may follow a value in an object or array: a comma and the
// next member or element, or the closing bracket.
func (v *validator) continueContainer() bool {
	if v.i < len(v.s) && v.s[v.i] <= ' ' {
		v.space()
	}
	object := v.top&1 != 0
	end, expected := byte(']'), "',' or ']' expected"
	if object {
		end, expected = '}', "',' or '}' expected"
	}
	if v.i >= len(v.s) {
		return v.fail(expected)
	}
	switch v.s[v.i] {
	case end:
		v.close()
		return true
	case ',':
		v.i++
		if object {
			v.space()
			if _, ok := v.name(); !ok {
				return false
			}
		}
		return v.value()
	}
	return v.fail(expected)
}

func (v *validator) open(object bool) bool {
	if v.depth == MaxDepth {
		return v.fail("objects and arrays nest deeper than " + strconv.Itoa(MaxDepth))
	}
	if v.depth > 0 && v.depth%64 == 0 {
		v.outer = append(v.outer, v.top)
	}
	v.top <<= 1
	if object {
		v.top |= 1
	}
	v.depth++
	v.i++
	return true
}

func (v *validator) close() {
	v.top >>= 1
	v.depth--
	if v.depth > 0 && v.depth%64 == 0 {
		last := len(v.outer) - 1
		v.top = v.outer[last]
		v.outer = v.outer[:last]
	}
	v.i++
}

// name reads an object member's name, whose end it returns, and its colon.
func (v *validator) name() (end int, ok bool) {
	if v.i >= len(v.s) || v.s[v.i] != '"' {
		return 0, v.fail("a name in double quotes expected")
	}
	if !v.str() {
		return 0, false
	}
	end = v.i
	if v.i < len(v.s) && v.s[v.i] <= ' ' {
		v.space()
	}
	if v.i >= len(v.s) || v.s[v.i] != ':' {
		return 0, v.fail("':' expected")
	}
	v.i++
	return end, true
}

// str reads a string.
func (v *validator) str() bool {
	s, i := v.s, v.i+1
	for i < len(s) {
		if i+8 <= len(s) {
			x := load(s, i)
			v.high |= x
			marks := stringMarks(x)
			if marks == 0 {
				i += 8
				continue
			}
			i += firstMatch(marks)
		}
		switch c := s[i]; {
		case c == '"':
			v.i = i + 1
			return true
		case c == '\\' && i+1 < len(s) && isEscape(s[i+1]):
			v.escaped = true
			i += 2
		case c == '\\':
			v.escaped = true
			if v.i = i; !v.escape() {
				return false
			}
			i = v.i
		case c < ' ':
			v.i = i
			return v.fail("a control character in a string: write it as an escape, such as \\n")
		default:
			v.high |= uint64(c)
			i++
		}
	}
	v.i = len(s)
	return v.fail("the string is not closed")
}

// stringMarks marks, as matches does, the bytes of x that are not simply part of a
// string: quotes, backslashes and control characters. Quotes and control characters are
// those below '!' once their second bit is the other way round, as '"' and ' ' differ in
// it.
func stringMarks(x uint64) uint64 {
	quotes := (x ^ lowBits*('"'^' ')) - lowBits*'!'
	backslashes := (x ^ lowBits*'\\') - lowBits
	return (quotes | backslashes) & ^x & highBits
}

// isEscape reports whether the byte after a backslash is a whole escape with it.
func isEscape(c byte) bool {
	switch c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	}
	return false
}

func (v *validator) escape() bool {
	s, i := v.s, v.i+1
	if i >= len(s) {
		return v.fail("the string is not closed")
	}
	switch c := s[i]; {
	case isEscape(c):
		v.i = i + 1
		return true
	case c == 'u':
		for n := 1; n <= 4; n++ {
			if i+n >= len(s) || !isHex(s[i+n]) {
				return v.fail("\\u needs four hexadecimal digits")
			}
		}
		v.i = i + 5
		return true
	}
	return v.fail("JSON has no such escape")
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (v *validator) literal(word string) bool {
	if len(v.s)-v.i < len(word) || v.s[v.i:v.i+len(word)] != word {
		return v.fail("a value expected")
	}
	v.i += len(word)
	return true
}

func (v *validator) number() bool {
	end, ok := numberEnd(v.s, v.i)
	v.i = end
	if !ok {
		return v.fail("a digit expected")
	}
	return true
}

// numberEnd returns the position after the JSON number that begins at s[i], or that of
// the missing digit.
func numberEnd(s string, i int) (end int, ok bool) {
	if s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if i, ok = digits(s, i); !ok {
		return i, false
	}
	if i < len(s) && s[i] == '.' {
		if i, ok = digits(s, i+1); !ok {
			return i, false
		}
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		return digits(s, i)
	}
	return i, true
}

func digits(s string, i int) (end int, ok bool) {
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i, i > start
}

// isValid reports whether s is one JSON value.
func isValid(s string) bool {
	v := validator{s: s}
	return v.validate()
}

// describe says what is wrong with the text, and where.
func (v *validator) describe() string {
	if v.s == "" {
		return "it is empty"
	}
	if len(v.s) >= 3 && v.s[:3] == "\xef\xbb\xbf" {
		return "it begins with a byte order mark"
	}
	line, column := place(v.s, v.i)
	found := "but it ends there"
	if v.i < len(v.s) {
		found = "at " + excerpt(v.s, v.i)
	}
	return fmt.Sprintf("line %d, column %d: %s, %s", line, column, v.problem, found)
}

// place returns the line and the column of s[i], both from 1, columns in characters.
func place(s string, i int) (line, column int) {
	line, start := 1, 0
	for n := range i {
		if s[n] == '\n' {
			line, start = line+1, n+1
		}
	}
	return line, utf8.RuneCountInString(s[start:i]) + 1
}

// excerpt quotes what stands at s[i], 20 bytes at most.
func excerpt(s string, i int) string {
	const size = 20
	if len(s)-i <= size {
		return strconv.QuoteToGraphic(s[i:])
	}
	end := i + size
	for n := 0; n < utf8.UTFMax && !utf8.RuneStart(s[end]); n++ {
		end--
	}
	return strconv.QuoteToGraphic(s[i:end]) + "…"
}
