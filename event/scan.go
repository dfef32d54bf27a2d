package event

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// The functions of this file walk over JSON that is known to be valid, so they look
// only for what ends a token and do not guard against the end of the text.

const (
	wordSize = 8
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// load returns the eight bytes from s[i], the first in the lowest bits. The caller has
// checked that they are there.
func load(s string, i int) uint64 {
	return binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))[:])
}

// matches marks the bytes of x that are c with their highest bit. Bits above the
// lowest mark may be wrong, as a borrow runs upwards; the lowest is always right.
func matches(x uint64, c byte) uint64 {
	x ^= lowBits * uint64(c)
	return (x - lowBits) & ^x & highBits
}

// firstMatch returns the position of the lowest marked byte.
func firstMatch(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }

// skipSpace returns the position of the first byte from s[i] on that is not white space.
func skipSpace(s string, i int) int {
	for i < len(s) && s[i] <= ' ' {
		i++
	}
	return i
}

// trimSpace returns the text without the white space of JSON around it.
func trimSpace(s string) string {
	for s != "" && isSpace(s[0]) {
		s = s[1:]
	}
	for s != "" && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// skipString returns the position after the string that opens at s[i], and whether
// it holds escapes.
func skipString(s string, i int) (end int, escaped bool) {
	for i++; i < len(s); {
		if i+8 <= len(s) {
			x := load(s, i)
			marks := matches(x, '"') | matches(x, '\\')
			if marks == 0 {
				i += 8
				continue
			}
			i += firstMatch(marks)
		}
		switch s[i] {
		case '"':
			return i + 1, escaped
		case '\\':
			escaped = true
			i += 2
		default:
			i++
		}
	}
	return len(s), escaped
}

// skipValue returns the position after the value that begins at s[i].
func skipValue(s string, i int) int {
	switch s[i] {
	case '"':
		end, _ := skipString(s, i)
		return end
	case '{', '[':
		return skipContainer(s, i)
	}
	for i < len(s) && s[i] > ' ' && s[i] != ',' && s[i] != ']' && s[i] != '}' {
		i++
	}
	return i
}

// skipContainer returns the position after the object or array that opens at s[i]. One that
// s begins with is all of s, which is a value without white space around it.
func skipContainer(s string, i int) int {
	if i == 0 {
		return len(s)
	}
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			end, _ := skipString(s, i)
			i = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// member reads the name of the object member that begins at s[i]: the name as it is
// written, whether it holds escapes, and the position of its value.
func member(s string, i int) (name string, escaped bool, value int) {
	end, escaped := skipString(s, i)
	value = end
	if s[value] != ':' {
		value = skipSpace(s, value)
	}
	if value++; s[value] <= ' ' {
		value = skipSpace(s, value)
	}
	return s[i+1 : end-1], escaped, value
}

// next returns the position of the member or element after the value that ends at
// s[i], or of the bracket that closes the object or array.
func next(s string, i int) int {
	if s[i] <= ' ' {
		i = skipSpace(s, i)
	}
	if s[i] == ',' {
		i = skipSpace(s, i+1)
	}
	return i
}
