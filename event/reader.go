package event

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// MaxDepth is how deep objects and arrays may nest, as in encoding/json.
const MaxDepth = 10_000

// A reader walks over a text that should be one JSON value, and checks it by RFC 8259 on its
// way. Its methods take the position in the text where something begins, and return the
// position after it.
//
// After a problem they return the end of the text, where nothing that is expected stands: so
// all loops end, and the first problem is looked at once, in the end. A text that is known to
// be valid has none, and then what the methods return need not be checked.
type reader struct {
	s     string
	valid bool // s is known to be valid
	depth int  // of the objects and arrays that are open

	high    uint64 // the text's bytes from strings, or'ed: bit 7 of each byte says "not ASCII"
	problem string // why the text is not valid
	at      int    // where
}

// Problem says why a text is not JSON by the rules of Parse. It is empty if the text is.
func Problem(text string) string {
	r := reader{s: text}
	if r.end(r.value(skipSpace(text, 0))) {
		return ""
	}
	return r.describe()
}

// skipValue returns the position after the value that begins at s[i], in valid JSON.
func skipValue(s string, i int) int {
	r := reader{s: s, valid: true}
	if s[i] == '{' || s[i] == '[' {
		return r.skip(i)
	}
	return r.value(i)
}

// end checks what can be known once the text's value has ended, at i.
func (r *reader) end(i int) bool {
	if i = skipSpace(r.s, i); i < len(r.s) {
		r.fail(i, "the value has ended, but text follows")
	} else if r.high&highBits != 0 && !utf8.ValidString(r.s) {
		r.fail(firstInvalid(r.s), "a byte that is not UTF-8")
	}
	return r.problem == ""
}

// firstInvalid returns the position of the first byte that is not UTF-8.
func firstInvalid(s string) int {
	for i, c := range s {
		if c == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return len(s)
}

func (r *reader) fail(i int, problem string) (end int) {
	if r.problem == "" {
		r.at, r.problem = i, problem
	}
	return len(r.s)
}

func (r *reader) value(i int) (end int) {
	if i < len(r.s) {
		switch r.s[i] {
		case '"':
			end, _ = r.str(i)
			return end
		case '{', '[':
			return r.container(i)
		case 't', 'f', 'n':
			for _, word := range [...]string{"true", "false", "null"} {
				if strings.HasPrefix(r.s[i:], word) {
					return i + len(word)
				}
			}
		case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			end, ok := numberEnd(r.s, i)
			if !ok {
				return r.fail(end, "a digit expected")
			}
			return end
		}
	}
	return r.fail(i, "a value expected")
}

// container reads an object or array. Others that go through one have the same loop.
func (r *reader) container(i int) (end int) {
	if r.valid && i == 0 { // all of the text, which is a value without white space around it
		return len(r.s)
	}
	if r.valid {
		return r.skip(i)
	}
	if r.depth == MaxDepth {
		return r.fail(i, "objects and arrays nest deeper than "+strconv.Itoa(MaxDepth))
	}
	open := r.s[i]
	i, more := r.enter(i)
	for more {
		if open == '{' {
			_, _, i = r.name(i)
		}
		i, more = r.next(r.value(i))
	}
	return r.leave(i, open)
}

// skip is container for a text that is valid: only brackets and strings matter.
func (r *reader) skip(i int) (end int) {
	for depth := 0; ; i++ {
		switch r.s[i] {
		case '"':
			end, _ = r.str(i)
			i = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// enter reads the bracket that opens an object or array, and returns where its first member
// or element is, if there is one.
func (r *reader) enter(i int) (first int, more bool) {
	r.depth++
	first = skipSpace(r.s, i+1)
	return first, first >= len(r.s) || r.s[first] != r.s[i]+2
}

// next reads a comma, and returns where the next member or element is, if there is one; else
// where the closing bracket should be. It is short enough to be inlined.
func (r *reader) next(i int) (at int, more bool) {
	for ; i < len(r.s) && (isSpace(r.s[i]) || r.s[i] == ',' && !more); i++ {
		more = more || r.s[i] == ','
	}
	return i, more
}

// leave reads the bracket that closes an object or array.
func (r *reader) leave(i int, open byte) (end int) {
	if i >= len(r.s) || r.s[i] != open+2 {
		return r.fail(i, "',' or '"+string(open+2)+"' expected")
	}
	r.depth--
	return i + 1
}

// name reads the name of a member: as it is written, without its quotes, and whether it holds
// escapes. It returns where the member's value begins.
func (r *reader) name(i int) (name string, escaped bool, value int) {
	if i >= len(r.s) || r.s[i] != '"' {
		return "", false, r.fail(i, "a name in double quotes expected")
	}
	end, escaped := r.str(i)
	if value = skipSpace(r.s, end); value >= len(r.s) || r.s[value] != ':' {
		return "", false, r.fail(value, "':' expected")
	}
	return r.s[i+1 : end-1], escaped, skipSpace(r.s, value+1)
}

// str reads a string, and returns whether it holds escapes.
func (r *reader) str(i int) (end int, escaped bool) {
	s, high := r.s, r.high
	for i++; i < len(s); {
		if i+wordSize <= len(s) {
			x := load(s, i)
			high |= x
			marks := stringMarks(x)
			if marks == 0 {
				i += wordSize
				continue
			}
			i += firstMatch(marks)
		}
		switch c := s[i]; {
		case c == '"':
			r.high = high
			return i + 1, escaped
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\' || s[i+1] == 'n'): // most are
			escaped = true
			i += len(`\n`)
		case c == '\\':
			escaped = true
			i = r.escape(i)
		case c < ' ':
			return r.fail(i, "a control character in a string: write it as an escape, such as \\n"), escaped
		default:
			high |= uint64(c)
			i++
		}
	}
	return r.fail(i, "the string is not closed"), escaped
}

// escape reads a backslash and what it escapes.
func (r *reader) escape(i int) (end int) {
	if i+1 == len(r.s) {
		return r.fail(i, "the string is not closed")
	}
	switch r.s[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + len(`\n`)
	case 'u':
		for n := i + len(`\u`); n < i+len(`\u0000`); n++ {
			if n >= len(r.s) || !isHex(r.s[n]) {
				return r.fail(i, "\\u needs four hexadecimal digits")
			}
		}
		return i + len(`\u0000`)
	}
	return r.fail(i, "JSON has no such escape")
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

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool {
	return c <= ' ' && (1<<' '|1<<'\t'|1<<'\r'|1<<'\n')>>c&1 != 0
}

const (
	wordSize = 8
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// load returns the eight bytes from s[i], the first in the lowest bits. The caller has
// checked that they are there.
func load(s string, i int) uint64 {
	return binary.LittleEndian.Uint64((*[wordSize]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))[:])
}

// stringMarks marks with their highest bit the bytes of x that are not simply part of a
// string: quotes, backslashes and control characters. Bits above the lowest mark may be
// wrong, as a borrow runs upwards; the lowest is always right. Quotes and control characters
// are those below '!' once their second bit is the other way round, as '"' and ' ' differ in
// it.
func stringMarks(x uint64) uint64 {
	quotes := (x ^ lowBits*('"'^' ')) - lowBits*'!'
	backslashes := (x ^ lowBits*'\\') - lowBits
	return (quotes | backslashes) & ^x & highBits
}

func firstMatch(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }
