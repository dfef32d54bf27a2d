package event

import (
	"errors"
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"
)

// Module is the name by which CREATE VIRTUAL TABLE … USING asks for an event table.
const Module = "event"

// A Declaration is the statement that creates an event table:
//
//	CREATE VIRTUAL TABLE orders USING event('Records', id TEXT PATH 'messageId', total REAL)
type Declaration struct {
	Name      string // of the table, without quotes and schema
	Offset    int    // of the name, or of the schema's name before it, in bytes of the statement
	Qualified bool   // the name of a schema stands before the table's
	Table     *Table // nil where the declaration has problems
}

// A DeclarationProblem is a mistake in the declaration of an event table.
type DeclarationProblem struct {
	Offset  int    // in bytes from the beginning of the text that was parsed
	Message string // what is wrong, without a full stop
	Hint    string // what to write instead; may be empty
	InPath  bool   // the mistake is inside a path
}

// ParseDeclaration reads a statement CREATE VIRTUAL TABLE … USING event(…). It returns
// false for any other statement. What SQLite itself complains of, such as a parenthesis
// that is not closed, is left to SQLite.
func ParseDeclaration(statement string) (d Declaration, ok bool, problems []DeclarationProblem) {
	r := declarationReader{text: statement, tokens: lexer.Lex(statement)}
	if !r.accept(token.CREATE, token.VIRTUAL, token.TABLE) {
		return d, false, nil
	}
	r.accept(token.IF, token.NOT, token.EXISTS)
	name := r.next()
	d.Offset = name.Pos
	if d.Qualified = r.accept(token.DOT); d.Qualified {
		name = r.next()
	}
	d.Name = r.name(name)
	if !r.accept(token.USING) || !strings.EqualFold(r.name(r.next()), Module) {
		return Declaration{}, false, nil
	}
	// What stands behind the arguments, and whether their parentheses are closed, is left to SQLite.
	end := len(r.tokens) - 1
	for i, t := range r.tokens {
		if t.Kind == token.RP {
			end = i
		}
	}
	r.tokens = append(r.tokens[:end:end], token.Token{Kind: token.EOF, Pos: r.tokens[end].Pos, End: r.tokens[end].Pos})
	if !r.accept(token.LP) {
		r.tokens = r.tokens[len(r.tokens)-1:]
	}
	d.Table, problems = r.table()
	return d, true, problems
}

// ParseTable reads the arguments of the module, which stand between its parentheses. The
// table is nil where there are problems.
func ParseTable(arguments string) (*Table, []DeclarationProblem) {
	r := declarationReader{text: arguments, tokens: lexer.Lex(arguments)}
	return r.table()
}

// A declarationReader reads the tokens of a declaration.
type declarationReader struct {
	text     string
	tokens   []token.Token // those that are left; the last one is EOF
	problems []DeclarationProblem
}

// next takes a token. The EOF at the end stays.
func (r *declarationReader) next() token.Token {
	t := r.tokens[0]
	if t.Kind != token.EOF {
		r.tokens = r.tokens[1:]
	}
	return t
}

// accept takes the next tokens if they are of these kinds.
func (r *declarationReader) accept(kinds ...token.Kind) bool {
	for i, kind := range kinds {
		if i >= len(r.tokens) || r.tokens[i].Kind != kind {
			return false
		}
	}
	r.tokens = r.tokens[len(kinds):]
	return true
}

func (r *declarationReader) name(t token.Token) string { return Unquote(t.Text(r.text)) }

// Unquote returns the name or the string that a token of SQL spells: without SQLite's
// quotes, and with the doubled quotes inside them halved.
func Unquote(text string) string {
	if len(text) < 2 {
		return text
	}
	switch quote := text[:1]; quote {
	case "[":
		return text[1 : len(text)-1]
	case `"`, "'", "`":
		return strings.ReplaceAll(text[1:len(text)-1], quote+quote, quote)
	}
	return text
}

// fail reports a problem at a token, goes on to the next comma, and returns false.
func (r *declarationReader) fail(t token.Token, message, hint string) bool {
	r.problems = append(r.problems, DeclarationProblem{Offset: t.Pos, Message: message, Hint: hint})
	for k := r.tokens[0].Kind; k != token.COMMA && k != token.EOF; k = r.tokens[0].Kind {
		r.next()
	}
	return false
}

const (
	declarationHint = "write event('Records', id TEXT PATH 'messageId')"
	columnHint      = "a column is a name, a type and, where it is not the name, PATH 'path'"
)

// table reads the path of the rows and the columns.
func (r *declarationReader) table() (*Table, []DeclarationProblem) {
	t := new(Table)
	if at := r.tokens[0]; !r.path(&t.Rows) {
		r.fail(at, "an event table begins with the path to its rows, in quotes", declarationHint)
	}
	for r.accept(token.COMMA) {
		if column, ok := r.column(t.Columns); ok {
			t.Columns = append(t.Columns, column)
		}
		if rest := r.tokens[0]; rest.Kind != token.COMMA && rest.Kind != token.EOF {
			r.fail(rest, "unexpected "+rest.Text(r.text), columnHint)
		}
	}
	if end := r.tokens[0]; end.Kind != token.EOF {
		r.fail(end, "unexpected "+end.Text(r.text), "a comma stands between path and columns")
	} else if len(t.Columns) == 0 && len(r.problems) == 0 {
		r.fail(end, "an event table without columns", declarationHint)
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return t, nil
}

// column reads a column. None of those before it may have its name.
func (r *declarationReader) column(before []Column) (c Column, ok bool) {
	t := r.next()
	if c.Name = r.name(t); !isWord(t) {
		return c, r.fail(t, "a column's name is missing", columnHint)
	}
	for _, b := range before {
		if strings.EqualFold(b.Name, c.Name) {
			return c, r.fail(t, "a second column named "+c.Name, "")
		}
	}
	if t = r.tokens[0]; !isWord(t) {
		return c, r.fail(t, "a type is missing", "one of "+TypeNames)
	}
	r.next()
	if c.Type, ok = ParseType(t.Text(r.text)); !ok {
		return c, r.fail(t, "unknown type "+t.Text(r.text), TypeHint(t.Text(r.text)))
	}
	c.Path = FieldPath(c.Name)
	if !strings.EqualFold(r.tokens[0].Text(r.text), "PATH") {
		return c, true
	}
	r.next()
	if t = r.tokens[0]; !r.path(&c.Path) {
		return c, r.fail(t, "PATH needs a path in quotes", "write PATH 'messageId'")
	}
	return c, true
}

// path reads a path in quotes. It returns false if the next token is not a string.
func (r *declarationReader) path(into *Path) bool {
	if r.tokens[0].Kind != token.STRING {
		return false
	}
	t := r.next()
	text := r.name(t)
	path, err := ParsePath(text)
	var problem *PathError
	if errors.As(err, &problem) {
		before := text[:min(problem.Offset, len(text))]
		at := t.Pos + len("'") + len(before) + strings.Count(before, "'")
		r.problems = append(r.problems, DeclarationProblem{Offset: at, Message: err.Error(), InPath: true})
	}
	*into = path
	return true
}

// isWord reports whether a token is a name, quoted or not, or a keyword.
func isWord(t token.Token) bool { return t.Kind == token.ID || t.Kind > token.PTR }
