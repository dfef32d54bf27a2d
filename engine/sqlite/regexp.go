package sqlite

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"

	"sqlambda/event"
)

// patterns are the compiled patterns of a connection.
type patterns struct {
	compiled map[string]*regexp.Regexp
	size     int // of all of them, in instructions
}

const (
	// mostInstructions is the size of a pattern: 100 bytes of memory each, and a step
	// each for every character of the text.
	mostInstructions = 20_000
	// mostCompiled is the size of all patterns that are kept.
	mostCompiled = 40_000
)

// matchRegexp is x REGEXP pattern, which SQLite calls as regexp(pattern, x), with the
// syntax of RE2: https://github.com/google/re2/wiki/Syntax.
func matchRegexp(c *Conn, args arguments) (event.Value, error) {
	re, err := c.patterns.get(args.Bytes(0))
	if err != nil {
		return event.Value{}, c.fault(err.Error())
	}
	if re.Match(args.Bytes(1)) {
		return event.IntegerValue(1), nil
	}
	return event.IntegerValue(0), nil
}

func (p *patterns) get(pattern []byte) (*regexp.Regexp, error) {
	if re := p.compiled[string(pattern)]; re != nil {
		return re, nil
	}
	if len(pattern) > longestPattern {
		return nil, fmt.Errorf("REGEXP: the pattern has %d bytes, more than %d", len(pattern), longestPattern)
	}
	text := string(pattern)
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("REGEXP %s: %v", strconv.Quote(text), err)
	}
	size := instructions(parsed)
	if size > mostInstructions {
		return nil, fmt.Errorf("REGEXP %.60q: the pattern is too large: its repetitions make %d instructions of it, more than %d", text, size, mostInstructions)
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("REGEXP %s: %v", strconv.Quote(text), err)
	}
	if p.size += size; p.compiled == nil || p.size > mostCompiled {
		p.compiled, p.size = map[string]*regexp.Regexp{}, size
	}
	p.compiled[text] = re
	return re, nil
}

// instructions is about what a pattern is compiled to: repetitions are written out.
func instructions(re *syntax.Regexp) int {
	n := max(1, len(re.Rune))
	for _, sub := range re.Sub {
		n += instructions(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}
