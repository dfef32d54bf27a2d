package syntax

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sqlambda/internal/nearest"

	"github.com/sqlc-dev/meyer/token"
)

// Scope is what a parameter's path leads into.
type Scope uint8

// The scopes of parameters, with their forms in SQL.
const (
	Field   Scope = iota // :id, @id: a field of the event; of the record in a Batch
	Event                // $event(path), $event
	Context              // $context(path)
	Env                  // $env(NAME)
	Record               // $record(path), $record: in a Batch only
	Element              // ?, ?2: an element of an event that is an array
)

// mistaken is the scope of what is no parameter.
const mistaken Scope = 0xff

// scopes are the words after "$".
var scopes = []string{"event", "context", "env", "record"}

// Parameter is one place in a statement that takes a value.
type Parameter struct {
	// Scope is what the value is taken from.
	Scope Scope
	// Path is the field's name, the path, the variable's name or, for an
	// Element, its number; empty for the whole event or record.
	Path string
	// Raw is the parameter as it is written.
	Raw string
	// Index is SQLite's number for the parameter in its statement, from 1, by
	// the rules of https://sqlite.org/lang_expr.html#varparam. For an Element it
	// is also that of the element.
	Index int
	// Offset is where it stands, in bytes from the beginning of the file.
	Offset int
}

// maxParameter is the greatest number that SQLite's default limit gives a
// parameter (SQLITE_MAX_VARIABLE_NUMBER).
const maxParameter = 32766

// parameters reads the parameters of a statement, leaving out those that are
// mistakes.
func (r *reader) parameters(s *Statement) []Parameter {
	var parameters []Parameter
	virtual, anyMistaken := s.creates(token.VIRTUAL), false
	for _, t := range s.tokens {
		if t.Kind != token.VARIABLE {
			continue
		}
		p := Parameter{Raw: t.Text(s.file), Offset: t.Pos}
		mistake, hint := p.Raw+" is not a parameter here: the arguments of a virtual table are taken as they are written", "write the value itself"
		if !virtual {
			p.Index = nextNumber(p.Raw, parameters)
			mistake, hint = p.read(s.file[t.End:], parameters)
		}
		if mistake != "" {
			r.report(p.Offset, mistake, hint)
			p.Scope, anyMistaken = mistaken, true
		}
		parameters = append(parameters, p)
	}
	if anyMistaken {
		parameters = slices.DeleteFunc(parameters, func(p Parameter) bool { return p.Scope == mistaken })
	}
	return parameters
}

// nextNumber returns the number that SQLite gives a parameter after earlier ones: "?" is one
// more than the greatest so far, "?2" is 2, and a name is numbered like "?" where it occurs
// first. It is 0 for a number that SQLite refuses.
func nextNumber(raw string, earlier []Parameter) int {
	if digits, ok := strings.CutPrefix(raw, "?"); ok && digits != "" {
		number, err := strconv.Atoi(digits)
		if err != nil || number > maxParameter {
			return 0
		}
		return number
	}
	greatest := 0
	for _, p := range earlier {
		if p.Raw == raw && raw != "?" {
			return p.Index
		}
		greatest = max(greatest, p.Index)
	}
	return greatest + 1
}

// dotted returns the names with dots before them that begin a text.
func dotted(text string) string {
	if !strings.HasPrefix(text, ".") {
		return ""
	}
	rest := strings.TrimLeftFunc(text, func(r rune) bool { return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) })
	return strings.TrimRight(text[:len(text)-len(rest)], ".")
}

// read finds what p.Raw and p.Index mean beside earlier parameters, and what mistake they
// are if they mean nothing. The text that follows may begin with the path of p.
func (p *Parameter) read(follows string, earlier []Parameter) (mistake, hint string) {
	name, path, hasPath := strings.Cut(p.Raw[1:], "(")
	after := dotted(follows)
	switch first := p.Raw[0]; {
	case after != "" && !hasPath && slices.Contains(scopes, name):
		return p.Raw + after + notPath, "write $" + name + "(" + after[1:] + ")"
	case after != "" && !hasPath:
		return p.Raw + after + notPath, "write $event(" + name + after + ")"
	case p.Index < 1 || p.Index > maxParameter:
		return p.Raw + " is out of range", "parameters are counted from ?1 to ?" + strconv.Itoa(maxParameter)
	case first == '#':
		return p.Raw + " is not a parameter", "a field of the event is :" + name
	case first == '?':
		p.Scope, p.Path = Element, strconv.Itoa(p.Index)
	case first == '$':
		mistake, hint = p.readScope(name, strings.TrimSuffix(path, ")"))
	case hasPath || strings.Contains(name, "::"):
		return p.Raw + " is not the name of a field", "a path into the event is $event(path)"
	default:
		p.Scope, p.Path = Field, name
	}
	for _, e := range earlier { // SQLite has only one value for both
		if mistake == "" && e.Index == p.Index && e.Scope != mistaken && (e.Scope != p.Scope || e.Path != p.Path) {
			return p.Raw + " is the same parameter as " + e.Raw + ", which has the number " + strconv.Itoa(e.Index), "write :name parameters only, or ? parameters only"
		}
	}
	return mistake, hint
}

const notPath = " is not a parameter: a path stands in parentheses"

// readScope reads a parameter that begins with "$".
func (p *Parameter) readScope(name, path string) (mistake, hint string) {
	scope := slices.Index(scopes, name)
	if scope < 0 {
		return p.unknownScope(name)
	}
	p.Scope, p.Path = Event+Scope(scope), path
	needs := [...]string{Context: "awsRequestId", Env: "NAME", Record: ""}[p.Scope]
	switch n := len(path); {
	case needs != "" && path == "":
		return p.Raw + " does not say which value", "write $" + name + "(" + needs + ")"
	case n > 1 && path[0] == path[n-1] && (path[0] == '\'' || path[0] == '"'):
		return p.Raw + " looks for a name that has quotes", "write $" + name + "(" + path[1:n-1] + ")"
	case strings.Contains(path, "("):
		return p.Raw + " ends at its first )", "for a path with parentheses use the function " + name + "('…')"
	}
	return "", ""
}

func (p *Parameter) unknownScope(name string) (mistake, hint string) {
	_, notNumber := strconv.Atoi(name)
	near, isNear := nearest.Name(name, scopes)
	switch mistake = "unknown scope $" + name; {
	case isNear:
		return mistake, "did you mean $" + near + "?"
	case notNumber == nil:
		return mistake, "the elements of an event that is an array are ?1, ?2, …; a field of an object is :name"
	case strings.Contains(p.Raw, "(") || strings.Contains(name, "::"):
		return mistake, "one of $event(path), $context(path), $env(NAME), $record(path)"
	}
	return mistake, "a field of the event is :" + name
}

// checkParameter reports a parameter that its query gives no value.
func (r *reader) checkParameter(q *Query, p Parameter) {
	switch {
	case p.Scope == Record && q.Kind != Batch:
		r.report(p.Offset, p.Raw+" outside of a :batch query", "only a :batch query runs once per record")
	case p.Scope == Element && q.Kind == Batch:
		r.report(p.Offset, p.Raw+" in a :batch query", "a record's fields are :name and $record(path)")
	case p.Scope == Field && len(q.Declarations) > 0 && !declares(q.Declarations, p.Path):
		var names []string
		for _, d := range q.Declarations {
			names = append(names, d.Name)
		}
		r.report(p.Offset, p.Raw+" is not declared", didYouMean(p.Path, ":", names))
	}
}

// illegal reports a token that SQLite cannot read, by what it began as.
func (r *reader) illegal(t token.Token) {
	text := t.Text(r.file.Text)
	message, hint := "unrecognized token "+strconv.Quote(text), ""
	switch first := text[0]; {
	case first == '\'':
		message, hint = "a string that does not end", "close it with '"
	case strings.IndexByte("\"`[", first) >= 0:
		message, hint = "a quoted name that does not end", "close it with "+strings.Replace(text[:1], "[", "]", 1)
	case first == 'x' || first == 'X':
		hint = "a blob is x'…' with an even number of hexadecimal digits"
	case first == '$' && len(text) > 1:
		name, _, _ := strings.Cut(text[1:], "(")
		message, hint = "$"+name+"( takes a path without blanks that ends with )",
			"for a path with blanks use the function "+name+"('…')"
	case first == '#' && r.file.BeginsLine(t.Pos):
		message, hint = "a comment begins with two dashes", "write -- name: list :many"
	case strings.IndexByte("$:@#{", first) >= 0:
		hint = "a field of the event is :name"
	}
	r.report(t.Pos, message, hint)
}
