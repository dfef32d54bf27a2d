package syntax

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/engine"
)

// Find returns the place in the file of a name that SQLite says something about
// without saying where, as in "no such table: main.orders". A table is sought where
// tables are named, a function where one is called, and whatever else, or is not there,
// anywhere. Names match quoted or not, in any case; of one with dots that the
// text does not hold as a whole, its last part is sought.
func (s *Statement) Find(noun engine.Object, name string) (offset int, ok bool) {
	for _, parts := range [][]string{{name}, strings.Split(name, "."), {name[strings.LastIndexByte(name, '.')+1:]}} {
		best := 0
		for i, t := range s.tokens {
			if fit := s.fit(noun, parts, i); fit > best {
				best, offset = fit, t.Pos
			}
		}
		if best > 0 {
			return offset, true
		}
	}
	return 0, false
}

// fit returns how well the tokens from i on fit a noun's name of these parts: 3 if such
// things are named there, 2 for a name, 1 for a string, 0 if they spell something else.
func (s *Statement) fit(noun engine.Object, parts []string, i int) int {
	w := words{s.file, s.tokens[i:]}
	for n, part := range parts {
		if n > 0 && !w.accept(token.DOT) {
			return 0
		}
		if t := w.next(); !isName(t) || !strings.EqualFold(w.unquote(t), part) {
			return 0
		}
	}
	isString, next := s.tokens[i].Kind == token.STRING, w.next().Kind
	switch {
	case noun == engine.FunctionObject && next == token.LP,
		noun == engine.TableObject && s.namesTable(i),
		noun == engine.ColumnObject && !isString && next != token.LP && next != token.DOT:
		return 3
	case isString:
		return 1
	}
	return 2
}

// namesTable reports whether a table's name, or its schema's before it, stands at i: after
// one of the words that a table follows, or in a list of tables.
func (s *Statement) namesTable(i int) bool {
	if i >= 2 && s.tokens[i-1].Kind == token.DOT {
		i -= 2
	}
	inList := false
	for i--; i >= 0; i-- {
		switch s.tokens[i].Kind {
		case token.FROM, token.JOIN:
			return true
		case token.SELECT, token.WHERE, token.SET, token.VALUES, token.BY:
			return false
		case token.INTO, token.UPDATE, token.TABLE, token.VIEW, token.EXISTS, token.ON, token.IN:
			if !inList {
				return true
			}
		case token.COMMA:
			inList = true
		default:
			if !inList {
				return false
			}
		}
	}
	return false
}

// HidesTarget returns the table that an INSERT writes to if its columns cannot be named at
// an offset, namely in the SELECT that gives the rows.
func (s *Statement) HidesTarget(offset int) (table string) {
	insert, ok := s.Tree().(*ast.InsertStmt)
	if !ok || insert.Select == nil {
		return ""
	}
	_, isValues := insert.Select.Cores[0].(*ast.ValuesClause)
	if at := offset - s.Offset; isValues || at < insert.Select.Pos() || at >= insert.Select.End() {
		return ""
	}
	return insert.Table.Name.Name
}

// Changes returns the names, without schema, that mean something else to the statements
// after this one: of what CREATE, ALTER or DROP is about, of what ALTER TABLE adds or
// renames to, and of the schema that ATTACH adds. It is empty for any other statement.
func (s *Statement) Changes() []string {
	w := s.words
	var names, last []string // last is the name that stands last of those that a change adds
	switch first := w.next().Kind; first {
	case token.CREATE, token.DROP, token.ALTER:
		w.skip(token.TABLE, token.VIEW, token.INDEX, token.TRIGGER)
		for w.accept(token.IF) || w.accept(token.NOT) || w.accept(token.EXISTS) {
		}
		names = w.name()
		for first == token.ALTER && w.skip(token.TO, token.ADD, token.COLUMNKW) {
			w.accept(token.COLUMNKW)
			last = w.name()
		}
	case token.ATTACH:
		for w.skip(token.AS) {
			last = w.name()
		}
	}
	return append(names, last...)
}
