package syntax

import (
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/event"
)

// Declaration is one field of the event that a query declares:
//
//	-- param: limit INTEGER DEFAULT 20
//	-- param: id INTEGER PATH 'pathParameters.id' NOT NULL
type Declaration struct {
	Name       string // as in :limit
	Type       event.Type
	Path       string  // to the field; empty if it is the field of that name
	PathOffset int     // of the path's literal, if it has one
	NotNull    bool    // null and missing are refused
	HasDefault bool    // Default stands in for a missing field
	Default    Literal // nil is NULL
	Offset     int     // of the name
}

// declarations takes the declarations before end, which have to stand before
// the first statement.
func (r *reader) declarations(end int) []Declaration {
	var declarations []Declaration
	for _, d := range r.before(end) {
		if len(r.tokens) > 0 && r.tokens[0].Pos < d.start {
			r.problems.report(d.start, "a declaration after the first statement",
				"declarations stand between the query's name and its first statement")
			continue
		}
		declaration, ok := r.declaration(d)
		if !ok {
			continue
		}
		if (&Query{Declarations: declarations}).declares(declaration.Name) {
			r.problems.report(declaration.Offset, declaration.Name+" is declared twice", "")
			continue
		}
		declarations = append(declarations, declaration)
	}
	return declarations
}

// declaration reads what follows "-- param:": a name, a type, and PATH, NOT NULL
// and DEFAULT in any order. It is false if the name is missing.
func (r *reader) declaration(d directive) (Declaration, bool) {
	c := newClauses(d.text, d.textOffset, &r.problems)
	name := c.next()
	out := Declaration{Name: name.Text(d.text), Type: event.TextType, Offset: d.textOffset + name.Pos}
	if !isFieldName(out.Name) {
		return out, c.fail(name, "a declaration without a field's name", "write -- param: limit INTEGER")
	}
	if dot := c.peek(); dot.Kind == token.DOT {
		return out, c.fail(dot, "a declaration names one field, not a path",
			"write -- param: "+lastName(d.text)+" INTEGER PATH '"+firstWord(d.text)+"'")
	}
	_ = c.readType(&out.Type) && c.readRest(&out) // a mistaken declaration still declares its name
	return out, true
}

func firstWord(text string) string { return strings.Fields(text)[0] }

// lastName is the last part of the dotted name that begins a text.
func lastName(text string) string {
	word := firstWord(text)
	return word[strings.LastIndexByte(word, '.')+1:]
}

// isFieldName reports whether a field can be written as :name.
func isFieldName(name string) bool {
	tokens := lexer.Lex(":" + name)
	return len(tokens) == 2 && tokens[0].Kind == token.VARIABLE && !strings.ContainsAny(name, ":(")
}

// readRest reads PATH, NOT NULL and DEFAULT to the declaration's end.
func (c *clauses) readRest(d *Declaration) bool {
	for len(c.left) > 0 {
		at, ok := c.peek(), false
		switch {
		case c.word("NOT") && !d.NotNull:
			if d.NotNull = c.word("NULL"); !d.NotNull {
				return c.fail(c.next(), "NULL is missing after NOT", "write NOT NULL")
			}
			ok = true
		case d.Path == "" && c.word("PATH"):
			literal := c.peek()
			if !c.path(&d.Path) || d.Path == "" {
				return c.fail(literal, "PATH needs a path in quotes", "write PATH 'pathParameters.id'")
			}
			d.PathOffset, ok = c.offset+literal.Pos, true
		case !d.HasDefault && c.word("DEFAULT"):
			d.HasDefault, ok = true, true
			if !c.readDefault(d) {
				return false
			}
		}
		if !ok {
			return c.fail(at, "unexpected "+at.Text(c.text), "after the type stand PATH, NOT NULL and DEFAULT, once each")
		}
	}
	return true
}

// readDefault reads a literal that the declared type can hold.
func (c *clauses) readDefault(d *Declaration) bool {
	at := c.peek()
	value, err := literal(&c.words, c.text)
	switch {
	case err != nil:
		return c.fail(at, "DEFAULT needs a literal", "a number, a 'string', x'hex', TRUE, FALSE or NULL")
	case !holds(d.Type, value):
		return c.fail(at, "the default is no "+d.Type.String(), "")
	case value == nil && d.NotNull:
		return c.fail(at, "NOT NULL and DEFAULT NULL contradict each other", "")
	}
	d.Default = value
	return true
}

// holds reports whether a literal is a value of the type. JSON is text, or a value
// that is JSON by itself.
func holds(t event.Type, value Literal) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return t == event.TextType || t == event.JSONType
	case int64:
		return t == event.IntegerType || t == event.RealType || t == event.JSONType || t == event.BooleanType && (v == 0 || v == 1)
	case float64:
		return t == event.RealType || t == event.JSONType
	case bool:
		return t == event.BooleanType || t == event.JSONType
	}
	return t == event.BlobType
}
