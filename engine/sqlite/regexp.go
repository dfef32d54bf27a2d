package sqlite

import (
	"fmt"
	"io"
	"regexp"
	"regexp/syntax"
	"strconv"
	"unicode/utf8"

	modernc "modernc.org/sqlite/lib"

	"sqlambda/engine"
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
	// watchedText is the length of a text for which the clock is looked at.
	watchedText = 4096
)

// match is x REGEXP pattern, which SQLite calls as regexp(pattern, x), with the
// syntax of RE2: https://github.com/google/re2/wiki/Syntax.
func (p *patterns) match(c *Conn, args arguments) (event.Value, error) {
	re, err := p.get(args.bytes(0))
	if err != nil {
		return event.Value{}, c.fault(err.Error())
	}
	found := false
	if text := args.bytes(1); len(text) <= watchedText {
		found = re.Match(text)
	} else {
		watched := &watchedReader{conn: c, text: text}
		if found = re.MatchReader(watched); watched.over && !found {
			return event.Value{}, c.interrupted()
		}
	}
	if found {
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

// watchedReader reads a text until the time is over.
type watchedReader struct {
	conn *Conn
	text []byte
	at   int
	next int // where to look at the clock
	over bool
}

// ReadRune is io.RuneReader's.
func (r *watchedReader) ReadRune() (c rune, size int, err error) {
	const every = 64 // bytes, with thousands of instructions each
	if r.at >= r.next {
		r.next = r.at + every
		r.over = isOver(r.conn.tls, uintptr(r.conn.limits)) != 0
	}
	if r.over || r.at == len(r.text) {
		return 0, 0, io.EOF
	}
	if b := r.text[r.at]; b < utf8.RuneSelf {
		r.at++
		return rune(b), 1, nil
	}
	c, size = utf8.DecodeRune(r.text[r.at:])
	r.at += size
	return c, size, nil
}

// interrupted is the failure of a function that has found that the time is over.
func (c *Conn) interrupted() error {
	c.raised = &engine.Failure{Code: "SQLITE_INTERRUPT", Message: "interrupted", Offset: -1, Interrupted: true}
	return c.raised
}

// tooBig is the failure of a function whose result would be larger than a value may be.
func (c *Conn) tooBig() error {
	f := &engine.Failure{Code: "SQLITE_TOOBIG", Message: "string or blob too big", Offset: -1}
	c.explain(f, modernc.SQLITE_TOOBIG)
	c.raised = f
	return f
}
