package sqlite

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/engine"
	"sqlambda/event"
)

// createEventTable checks a CREATE VIRTUAL TABLE … USING event(…), and puts a table
// whose name is without a schema into temp.
func (c *Conn) createEventTable(text string, tokens []token.Token) (rewritten, error) {
	d := declaration{text: text, tokens: tokens[1:]}
	if !d.takes(token.VIRTUAL, token.TABLE) {
		return rewritten{text: text}, nil
	}
	d.takes(token.IF, token.NOT, token.EXISTS)
	name := d.next()
	qualified := d.takes(token.DOT)
	if qualified {
		d.next()
	}
	if !d.takes(token.USING) || !strings.EqualFold(d.next().Text(text), eventModule) {
		return rewritten{text: text}, nil
	}
	c.provideEventModule()
	if !d.read() {
		return rewritten{}, d.failure
	}
	if qualified {
		return rewritten{text: text}, nil
	}
	return replace(text, name.Pos, name.Pos, "temp."), nil
}

// declaration reads the declaration of an event table:
//
//	('rows', name TYPE [PATH 'path'], …)
type declaration struct {
	text    string
	tokens  []token.Token // to be read; the last is EOF
	table   event.Table
	failure *engine.Failure // what is wrong, at its place
}

func newDeclaration(text string) declaration {
	return declaration{text: text, tokens: lexer.Lex(text)}
}

const declarationForm = "write event('path to the rows', column TYPE PATH 'path', …)"

// next takes a token; the last one stays.
func (d *declaration) next() token.Token {
	t := d.tokens[0]
	if t.Kind != token.EOF {
		d.tokens = d.tokens[1:]
	}
	return t
}

// takes takes the next tokens if they are of these kinds, and says whether they are.
func (d *declaration) takes(kinds ...token.Kind) bool {
	for i, kind := range kinds {
		if i >= len(d.tokens) || d.tokens[i].Kind != kind {
			return false
		}
	}
	d.tokens = d.tokens[len(kinds):]
	return true
}

// fail notes a mistake; it returns false.
func (d *declaration) fail(at int, format string, args ...any) bool {
	d.failure = &engine.Failure{Code: "SQLITE_ERROR", Message: "event table: " + fmt.Sprintf(format, args...), Offset: at}
	return false
}

// describe names a token for a message.
func (d *declaration) describe(t token.Token) string {
	if t.Kind == token.EOF || t.Kind == token.SEMI {
		return "the end"
	}
	return t.Text(d.text)
}

// read reads a whole declaration, from its parenthesis on. It stops at the first
// mistake, and returns false.
func (d *declaration) read() bool {
	if open := d.next(); open.Kind != token.LP {
		return d.fail(open.Pos, "no declaration: %s", declarationForm)
	}
	if !d.path(&d.table.Rows, "the path to the rows, as a string") {
		return false
	}
	for d.takes(token.COMMA) {
		if !d.column() {
			return false
		}
	}
	end := d.next()
	switch {
	case end.Kind != token.RP:
		return d.fail(end.Pos, "expected a comma or ), found %s", d.describe(end))
	case len(d.table.Columns) == 0:
		return d.fail(end.Pos, "no columns: %s", declarationForm)
	}
	return true
}

// path reads a string literal that is a path.
func (d *declaration) path(into *event.Path, what string) bool {
	t := d.next()
	if t.Kind != token.STRING {
		return d.fail(t.Pos, "expected %s, found %s", what, d.describe(t))
	}
	path, err := event.ParsePath(unquote(t.Text(d.text)))
	var problem *event.PathError
	if errors.As(err, &problem) {
		return d.fail(t.Pos+1+quotedOffset(problem.Path, problem.Offset), "%v", err)
	}
	*into = path
	return true
}

// quotedOffset is an offset in a text, where the text stands in a string literal.
func quotedOffset(text string, offset int) int {
	return offset + strings.Count(text[:min(offset, len(text))], "'")
}

// column reads name TYPE [PATH 'path'].
func (d *declaration) column() bool {
	t := d.next()
	if !token.IsName(t.Kind) {
		return d.fail(t.Pos, "expected a column's name, found %s", d.describe(t))
	}
	name := columnName(t.Text(d.text))
	for _, c := range d.table.Columns {
		if strings.EqualFold(c.Name, name) {
			return d.fail(t.Pos, "two columns are named %s", name)
		}
	}
	c := event.Column{Name: name, Path: event.FieldPath(name)}
	if !d.typeOf(&c) {
		return false
	}
	if d.isPath() {
		d.next()
		if !d.path(&c.Path, "a path, as a string") {
			return false
		}
	}
	d.table.Columns = append(d.table.Columns, c)
	return true
}

// isPath says whether the next token is the word PATH.
func (d *declaration) isPath() bool { return strings.EqualFold(d.tokens[0].Text(d.text), "PATH") }

func (d *declaration) typeOf(c *event.Column) bool {
	left := !d.isPath()
	t := d.next()
	var ok bool
	if c.Type, ok = event.ParseType(t.Text(d.text)); ok {
		return true
	}
	if left && token.IsName(t.Kind) {
		return d.fail(t.Pos, "there is no type %s: one of %s", t.Text(d.text), event.TypeNames)
	}
	return d.fail(t.Pos, "the column %s has no type: one of %s", c.Name, event.TypeNames)
}

// columnName returns a name without its quotes.
func columnName(name string) string {
	switch quote := name[:1]; quote {
	case `"`, "`", "'":
		return strings.ReplaceAll(name[1:len(name)-1], quote+quote, quote)
	case "[":
		return name[1 : len(name)-1]
	default:
		return name
	}
}
