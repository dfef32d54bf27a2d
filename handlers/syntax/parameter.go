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

// scopeNames are the words after "$".
func scopeNames() []string { return []string{"event", "context", "env", "record"} }

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
	var numbers numbering
	virtual := creates(s.tokens, token.VIRTUAL)
	for _, t := range s.tokens {
		if t.Kind != token.VARIABLE {
			continue
		}
		if virtual {
			r.problems.report(t.Pos, t.Text(s.file)+" is not a parameter here: the arguments of a virtual table are taken as they are written",
				"write the value itself")
			continue
		}
		p := Parameter{Raw: t.Text(s.file), Offset: t.Pos}
		p.Index = numbers.next(p.Raw)
		if path := dotted(s.file[t.End:]); path != "" && !strings.Contains(p.Raw, "(") {
			r.problems.report(t.Pos, p.Raw+path+" is not a parameter: a path stands in parentheses", "write "+inParentheses(p.Raw[1:], path[1:]))
			continue
		}
		if r.readParameter(&p) && r.agrees(parameters, p) {
			parameters = append(parameters, p)
		}
	}
	return parameters
}

// dotted returns the names with dots before them that begin a text.
func dotted(text string) string {
	end := 0
	for end < len(text) && text[end] == '.' {
		name := strings.IndexFunc(text[end+1:], func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if name < 0 {
			name = len(text) - end - 1
		}
		if name == 0 {
			break
		}
		end += 1 + name
	}
	return text[:end]
}

// inParentheses is how to write the path that stands after a name and a dot.
func inParentheses(name, path string) string {
	if slices.Contains(scopeNames(), name) {
		return "$" + name + "(" + path + ")"
	}
	return "$event(" + name + "." + path + ")"
}

// agrees reports a parameter whose number belongs to one with another meaning,
// as in "SELECT :id, ?1": SQLite has only one value for both.
func (r *reader) agrees(earlier []Parameter, p Parameter) bool {
	for _, e := range earlier {
		if e.Index == p.Index && (e.Scope != p.Scope || e.Path != p.Path) {
			r.problems.report(p.Offset, p.Raw+" is the same parameter as "+e.Raw+", which has the number "+
				strconv.Itoa(e.Index), "write :name parameters only, or ? parameters only")
			return false
		}
	}
	return true
}

// numbering gives parameters the numbers that SQLite gives them: "?" is one
// more than the greatest so far, "?2" is 2, and a name is numbered like "?"
// where it occurs first.
type numbering struct {
	greatest int
	names    []string
	numbers  []int
}

func (n *numbering) next(raw string) int {
	if digits, ok := strings.CutPrefix(raw, "?"); ok && digits != "" {
		number, err := strconv.Atoi(digits)
		if err != nil {
			return -1
		}
		if number <= maxParameter { // SQLite refuses more
			n.greatest = max(n.greatest, number)
		}
		return number
	}
	for i, name := range n.names {
		if name == raw {
			return n.numbers[i]
		}
	}
	n.greatest++
	if raw != "?" {
		n.names = append(n.names, raw)
		n.numbers = append(n.numbers, n.greatest)
	}
	return n.greatest
}

// readParameter finds what p.Raw and p.Index mean, and reports what means
// nothing.
func (r *reader) readParameter(p *Parameter) bool {
	if p.Index < 1 || p.Index > maxParameter {
		r.problems.report(p.Offset, p.Raw+" is out of range", "parameters are counted from ?1 to ?"+strconv.Itoa(maxParameter))
		return false
	}
	name, path, hasPath := cutPath(p.Raw[1:])
	switch p.Raw[0] {
	case '?':
		p.Scope, p.Path = Element, strconv.Itoa(p.Index)
		return true
	case '#':
		r.problems.report(p.Offset, p.Raw+" is not a parameter", "a field of the event is :"+name)
		return false
	case ':', '@':
		if hasPath || strings.Contains(name, "::") {
			r.problems.report(p.Offset, p.Raw+" is not the name of a field", "a path into the event is $event(path)")
			return false
		}
		p.Scope, p.Path = Field, name
		return true
	}
	return r.readScope(p, name, path, hasPath)
}

// readScope reads a parameter that begins with "$".
func (r *reader) readScope(p *Parameter, name, path string, hasPath bool) bool {
	p.Path = path
	needs := ""
	switch name {
	case "event":
		p.Scope = Event
	case "record":
		p.Scope = Record
	case "context":
		p.Scope, needs = Context, "awsRequestId"
	case "env":
		p.Scope, needs = Env, "NAME"
	default:
		r.unknownScope(p, name)
		return false
	}
	if needs != "" && path == "" {
		r.problems.report(p.Offset, p.Raw+" does not say which value", "write $"+name+"("+needs+")")
		return false
	}
	if n := len(path); n > 1 && path[0] == path[n-1] && (path[0] == '\'' || path[0] == '"') {
		r.problems.report(p.Offset, p.Raw+" looks for a name that has quotes", "write $"+name+"("+path[1:n-1]+")")
		return false
	}
	if hasPath && strings.Count(path, "(") > 0 {
		r.problems.report(p.Offset, p.Raw+" ends at its first )",
			"for a path with parentheses use the function "+name+"('…')")
		return false
	}
	return true
}

func (r *reader) unknownScope(p *Parameter, name string) {
	near, ok := nearest.Name(name, scopeNames())
	hint := "a field of the event is :" + name
	if ok || strings.Contains(p.Raw, "(") || strings.Contains(name, "::") {
		hint = "one of $event(path), $context(path), $env(NAME), $record(path)"
	}
	if ok {
		hint = "did you mean $" + near + "?"
	} else if _, err := strconv.Atoi(name); err == nil {
		hint = "the elements of an event that is an array are ?1, ?2, …; a field of an object is :name"
	}
	r.problems.report(p.Offset, "unknown scope $"+name, hint)
}

// cutPath divides "event(a.b)" into "event" and "a.b".
func cutPath(text string) (name, path string, found bool) {
	name, path, found = strings.Cut(text, "(")
	return name, strings.TrimSuffix(path, ")"), found
}

// checkParameter reports a parameter that its query gives no value.
func (r *reader) checkParameter(q *Query, p Parameter) {
	switch {
	case p.Scope == Record && q.Kind != Batch:
		r.problems.report(p.Offset, p.Raw+" outside of a :batch query", "only a :batch query runs once per record")
	case p.Scope == Element && q.Kind == Batch:
		r.problems.report(p.Offset, p.Raw+" in a :batch query", "a record's fields are :name and $record(path)")
	case p.Scope == Field && len(q.Declarations) > 0 && !q.declares(p.Path):
		var names []string
		for _, d := range q.Declarations {
			names = append(names, d.Name)
		}
		r.problems.report(p.Offset, p.Raw+" is not declared", didYouMean(p.Path, ":", names))
	}
}

func (q *Query) declares(name string) bool {
	for _, d := range q.Declarations {
		if d.Name == name {
			return true
		}
	}
	return false
}

// illegal reports a token that SQLite cannot read, by what it began as.
func (r *reader) illegal(t token.Token) {
	text := t.Text(r.file.Text)
	message, hint := "unrecognized token "+strconv.Quote(text), ""
	switch first := text[0]; {
	case first == '\'':
		message, hint = "a string that does not end", "close it with '"
	case first == '"' || first == '`':
		message, hint = "a quoted name that does not end", "close it with "+string(first)
	case first == '[':
		message, hint = "a quoted name that does not end", "close it with ]"
	case first == 'x' || first == 'X':
		hint = "a blob is x'…' with an even number of hexadecimal digits"
	case first == '$' && len(text) > 1:
		name, _, _ := cutPath(text[1:])
		message, hint = "$"+name+"( takes a path without blanks that ends with )",
			"for a path with blanks use the function "+name+"('…')"
	case first == '#' && r.file.BeginsLine(t.Pos):
		message, hint = "a comment begins with two dashes", "write -- name: list :many"
	case strings.IndexByte("$:@#{", first) >= 0:
		hint = "a field of the event is :name"
	}
	r.problems.report(t.Pos, message, hint)
}
