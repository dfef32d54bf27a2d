// Package humanize stands in for github.com/dustin/go-humanize, of which
// modernc.org/libc calls one function, in its debugging aids. The original
// compiles regular expressions and fills tables when a process starts: a tenth of
// a millisecond and ten page faults of every cold start.
package humanize

import "strconv"

// Comma returns the digits of n in groups of three, with commas between them.
func Comma(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	grouped := ""
	for len(digits) > 3 {
		grouped = "," + digits[len(digits)-3:] + grouped
		digits = digits[:len(digits)-3]
	}
	return sign + digits + grouped
}
