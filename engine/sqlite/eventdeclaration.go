package sqlite

import (
	"errors"
	"strings"

	"github.com/sqlc-dev/meyer/token"

	"sqlambda/engine"
	"sqlambda/event"
	"sqlambda/handlers/syntax"
)

// createEventTable checks a CREATE VIRTUAL TABLE … USING event(…), and puts a table
// whose name is without a schema into temp.
func createEventTable(text string, tokens []token.Token) (r rewritten, found bool, err error) {
	d := head{tokens[1:]}
	if !d.takes(token.VIRTUAL, token.TABLE) {
		return r, false, nil
	}
	d.takes(token.IF, token.NOT, token.EXISTS)
	name := d.next()
	qualified := d.takes(token.DOT)
	if qualified {
		d.next()
	}
	if !d.takes(token.USING) || !strings.EqualFold(d.next().Text(text), eventModule) {
		return r, false, nil
	}
	if arguments, at := d.parenthesized(text); at >= 0 {
		if _, f := declaration(arguments); f != nil {
			f.Offset += at
			return r, true, f
		}
	}
	if qualified {
		return rewritten{text: text}, true, nil
	}
	return replace(text, name.Pos, name.Pos, "temp."), true, nil
}

// head reads the beginning of a CREATE VIRTUAL TABLE.
type head struct {
	tokens []token.Token // to be read; the last is EOF
}

// next takes a token; the last one stays.
func (h *head) next() token.Token {
	t := h.tokens[0]
	if t.Kind != token.EOF {
		h.tokens = h.tokens[1:]
	}
	return t
}

// takes takes the next tokens if they are of these kinds, and says whether they are.
func (h *head) takes(kinds ...token.Kind) bool {
	for i, kind := range kinds {
		if i >= len(h.tokens) || h.tokens[i].Kind != kind {
			return false
		}
	}
	h.tokens = h.tokens[len(kinds):]
	return true
}

// parenthesized returns what stands between the next parentheses, and where; -1 where
// there are none, which SQLite will say.
func (h *head) parenthesized(text string) (inside string, at int) {
	open := h.next()
	depth := 1
	for _, t := range h.tokens {
		switch t.Kind {
		case token.LP:
			depth++
		case token.RP:
			depth--
		}
		if depth == 0 && open.Kind == token.LP {
			return text[open.End:t.Pos], open.End
		}
	}
	return "", -1
}

// declaration makes the table that the arguments of the module declare. The failure
// has its offset in them.
func declaration(arguments string) (*event.Table, *engine.Failure) {
	declared, problems := syntax.ParseEventTable(arguments)
	if len(problems) > 0 {
		message := problems[0].Message
		if hint := problems[0].Hint; hint != "" {
			message += " (" + hint + ")"
		}
		return nil, misdeclared(message, problems[0].Offset)
	}
	t := &event.Table{Columns: make([]event.Column, len(declared.Columns))}
	if f := parsePath(&t.Rows, declared.Rows, declared.RowsOffset); f != nil {
		return nil, f
	}
	for i, d := range declared.Columns {
		c := &t.Columns[i]
		c.Name, c.Path = d.Name, event.FieldPath(d.Name)
		c.Type, _ = event.ParseType(d.Type.String())
		if d.HasPath {
			if f := parsePath(&c.Path, d.Path, d.Offset); f != nil {
				return nil, f
			}
		}
	}
	return t, nil
}

func misdeclared(message string, offset int) *engine.Failure {
	return &engine.Failure{Code: "SQLITE_ERROR", Message: "event table: " + message, Offset: offset}
}

// parsePath compiles the path of a string literal that stands at an offset.
func parsePath(into *event.Path, text string, offset int) *engine.Failure {
	path, err := event.ParsePath(text)
	var problem *event.PathError
	if errors.As(err, &problem) {
		before := text[:min(problem.Offset, len(text))]
		return misdeclared(err.Error(), offset+len("'")+len(before)+strings.Count(before, "'"))
	}
	*into = path
	return nil
}
