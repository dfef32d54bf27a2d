package syntax

import (
	"strings"

	"github.com/sqlc-dev/meyer/token"

	"sqlambda/event"
)

// Find returns the place in the file of a name that SQLite says something about
// without saying where, as in "no such table: main.orders". Noun is SQLite's
// word for it ("table", "function", "column", …): a table is sought where tables
// are named, a function where one is called, and whatever else, or is not there,
// anywhere. Names match quoted or not, in any case; of one with dots that the
// text does not hold as a whole, its last part is sought.
func (s *Statement) Find(noun, name string) (offset int, ok bool) {
	for _, parts := range [][]string{{name}, strings.Split(name, "."), {name[strings.LastIndexByte(name, '.')+1:]}} {
		first, found := -1, false
		for i := range s.tokens {
			if !s.spells(i, parts) {
				continue
			}
			if s.names(noun, i, i+2*len(parts)-1) {
				return s.tokens[i].Pos, true
			}
			if !found || s.tokens[first].Kind == token.STRING && s.tokens[i].Kind != token.STRING {
				first, found = i, true
			}
		}
		if found {
			return s.tokens[first].Pos, true
		}
	}
	return 0, false
}

// spells reports whether the tokens from i on are the parts of a name, with dots
// between them.
func (s *Statement) spells(i int, parts []string) bool {
	for n, part := range parts {
		at := i + 2*n
		if at >= len(s.tokens) || n > 0 && s.tokens[at-1].Kind != token.DOT {
			return false
		}
		if !s.isName(at) || !strings.EqualFold(s.name(at), part) {
			return false
		}
	}
	return true
}

func (s *Statement) isName(i int) bool {
	return isWord(s.tokens[i]) || s.tokens[i].Kind == token.STRING // SQLite takes both for names in places
}

func (s *Statement) name(i int) string { return event.Unquote(s.tokens[i].Text(s.file)) }

// names reports whether the tokens from begin to end stand where the noun is named.
func (s *Statement) names(noun string, begin, end int) bool {
	switch noun {
	case "function":
		return s.follows(end, token.LP)
	case "table", "view":
		if begin >= 2 && s.tokens[begin-1].Kind == token.DOT {
			begin -= 2
		}
		return precedesTable(s.before(begin))
	case "column":
		return s.tokens[begin].Kind != token.STRING && !s.follows(end, token.LP) && !s.follows(end, token.DOT)
	}
	return false
}

// follows reports whether there is a token of that kind at i.
func (s *Statement) follows(i int, kind token.Kind) bool {
	return i < len(s.tokens) && s.tokens[i].Kind == kind
}

// before is the kind of the token before the one at i; for a comma, that of the
// keyword that begins its list.
func (s *Statement) before(i int) token.Kind {
	list := false
	for i--; i >= 0; i-- {
		switch kind := s.tokens[i].Kind; kind {
		case token.SELECT, token.FROM, token.JOIN, token.WHERE, token.SET, token.VALUES, token.BY:
			return kind
		case token.COMMA:
			list = true
		default:
			if !list {
				return kind
			}
		}
	}
	return token.EOF
}

func precedesTable(kind token.Kind) bool {
	switch kind {
	case token.FROM, token.JOIN, token.INTO, token.UPDATE, token.TABLE, token.VIEW, token.EXISTS, token.ON, token.IN:
		return true
	}
	return false
}

// HidesTarget returns the table that an INSERT writes to if its columns cannot be named at
// an offset, namely in the SELECT that gives the rows.
func (s *Statement) HidesTarget(offset int) (table string) {
	name, hidden := "", false
	for i, t := range s.tokens {
		switch {
		case t.Pos > offset:
		case t.Kind == token.INTO && name == "":
			rest := words{s.tokens[i+1:]}
			if len(rest.left) > 2 && rest.left[1].Kind == token.DOT {
				rest.left = rest.left[2:]
			}
			name = event.Unquote(rest.next().Text(s.file))
		case t.Kind == token.SELECT:
			hidden = name != ""
		case t.Kind == token.RETURNING, t.Kind == token.CONFLICT:
			hidden = false
		}
	}
	if !hidden {
		return ""
	}
	return name
}

// Changes returns the names, without schema, that mean something else to the statements
// after this one: of what CREATE, ALTER or DROP is about, of what ALTER TABLE adds or
// renames to, and of the schema that ATTACH adds. It is empty for any other statement.
func (s *Statement) Changes() (names []string) {
	switch s.tokens[0].Kind {
	case token.CREATE, token.DROP:
		return s.object()
	case token.ALTER:
		names = s.object()
		for _, kind := range []token.Kind{token.TO, token.COLUMNKW, token.ADD} {
			if s.has(kind) {
				return append(names, s.nameAfter(kind)...)
			}
		}
	case token.ATTACH:
		return s.nameAfter(token.AS)
	}
	return names
}

// object returns the name in CREATE TABLE [IF NOT EXISTS] [schema.]name and its like.
func (s *Statement) object() []string {
	for i, t := range s.tokens {
		switch t.Kind {
		case token.TABLE, token.VIEW, token.INDEX, token.TRIGGER:
			rest := words{s.tokens[i+1:]}
			if rest.accept(token.IF) {
				rest.accept(token.NOT)
				rest.accept(token.EXISTS)
			}
			if len(rest.left) > 2 && rest.left[1].Kind == token.DOT {
				rest.left = rest.left[2:]
			}
			return s.spelled(rest.next())
		}
	}
	return nil
}

// nameAfter returns the name after the last token of that kind.
func (s *Statement) nameAfter(kind token.Kind) []string {
	for i := len(s.tokens) - 2; i >= 0; i-- {
		if s.tokens[i].Kind == kind {
			return s.spelled(s.tokens[i+1])
		}
	}
	return nil
}

func (s *Statement) spelled(t token.Token) []string {
	if !isWord(t) && t.Kind != token.STRING {
		return nil
	}
	return []string{event.Unquote(t.Text(s.file))}
}
