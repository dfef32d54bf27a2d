// Package nearest finds the name that somebody probably meant. Every "did you mean"
// of the runtime and of the command comes from here.
package nearest

import (
	"strings"
	"unicode/utf8"
)

// Name returns the candidate that name was probably meant to be: the one with the
// fewest letters to change, add, leave out or swap, if those are at most a third of
// the longer name. Case does not count, so a name in another case is nearest of all.
// The first of equals wins.
func Name(name string, candidates []string) (string, bool) {
	nearest, least := "", -1
	n := utf8.RuneCountInString(name)
	for _, candidate := range candidates {
		m := utf8.RuneCountInString(candidate)
		limit := (max(n, m) + 1) / 3
		if candidate == name || max(n, m)-min(n, m) > limit { // letters to leave out; a text of an event may have millions
			continue
		}
		if d := distance(name, candidate); d <= limit && (least < 0 || d < least) {
			nearest, least = candidate, d
		}
	}
	return nearest, least >= 0
}

// Hint asks whether the nearest candidate was meant: "did you mean orders?". It is
// empty if no candidate is near.
func Hint(name string, candidates []string) string {
	if nearest, ok := Name(name, candidates); ok {
		return "did you mean " + nearest + "?"
	}
	return ""
}

// distance is the number of edits between a and b, a swap of neighbours being
// one (the optimal string alignment distance), without regard to case.
func distance(a, b string) int {
	s, t := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
