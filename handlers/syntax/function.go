package syntax

import (
	"path/filepath"
	"strings"

	"github.com/sqlc-dev/meyer/lexer"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/event"
)

// Function is an SQL function that a program of the task root answers:
//
//	-- function: slugify(text) DETERMINISTIC RETURNS TEXT USING 'bin/slugify'
//
// It is declared before the first query of a file, or in init.sql.
type Function struct {
	Name          string
	Arguments     []string   // their names, which only people read
	Deterministic bool       // the same arguments give the same result
	Type          event.Type // of the result
	Program       string     // the file, relative to the task root
	ProgramOffset int        // of its literal
	Offset        int        // of the name
}

// Signature is the function as it is declared, with the names of its arguments.
func (f Function) Signature() string { return f.Name + "(" + strings.Join(f.Arguments, ", ") + ")" }

// functions reads the declarations of functions, which stand before the first query.
func (r *reader) functions(end int) {
	for _, d := range r.uses {
		switch f, ok := r.function(d); {
		case !ok:
			r.file.Misdeclared = append(r.file.Misdeclared, f.Name)
		case d.start > end:
			r.file.Misdeclared = append(r.file.Misdeclared, f.Name)
			r.report(d.start, "a function that is declared after the first query", "declare it above all queries: they share it")
		case r.declaresFunction(f.Name):
			r.report(f.Offset, f.Name+" is declared twice", "")
		default:
			r.file.Functions = append(r.file.Functions, f)
		}
	}
}

func (r *reader) declaresFunction(name string) bool {
	for _, f := range r.file.Functions {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}

const functionForm = "write -- function: slugify(text) RETURNS TEXT USING 'bin/slugify'"

// function reads what follows "-- function:": a name, arguments, and DETERMINISTIC, RETURNS
// and USING in any order.
func (r *reader) function(d directive) (f Function, ok bool) {
	w := &words{r.file.Text, lexer.Lex(d.text)}
	for i := range w.tokens {
		w.tokens[i].Pos += d.end - len(d.text)
		w.tokens[i].End += d.end - len(d.text)
	}
	name := w.next()
	f.Name, f.Offset = name.Text(w.file), name.Pos
	if !isWord(name) || !isIdentifier(f.Name) {
		return f, r.fail(name, "a function without a name", functionForm)
	}
	if open := w.next(); open.Kind != token.LP {
		return f, r.fail(open, "the arguments of "+f.Name+" are missing", functionForm)
	}
	for at := w.next(); at.Kind != token.RP; at = w.next() {
		if !isWord(at) {
			return f, r.fail(at, "the name of an argument is missing", functionForm)
		}
		f.Arguments = append(f.Arguments, at.Text(w.file))
		if w.accept(token.COMMA) {
			continue
		}
		if len(w.tokens) == 0 || w.tokens[0].Kind != token.RP {
			next := w.next()
			if _, ok := event.ParseType(next.Text(w.file)); ok {
				return f, r.fail(next, "an argument has no type", "write "+at.Text(w.file)+" alone: its values keep their own types")
			}
			return f, r.fail(next, "a comma or ) is missing after "+at.Text(w.file), functionForm)
		}
	}
	if !r.functionClauses(w, &f) {
		return f, false
	}
	switch {
	case f.Type == event.AnyType:
		return f, r.fail(name, f.Name+" needs RETURNS and a type", "one of "+event.TypeNames)
	case f.Program == "":
		return f, r.fail(name, f.Name+" needs USING and a file", functionForm)
	}
	return f, true
}

// functionClauses reads DETERMINISTIC, RETURNS and USING.
func (r *reader) functionClauses(w *words, f *Function) bool {
	for at := w.next(); at.Kind != token.EOF; at = w.next() {
		switch word := strings.ToUpper(at.Text(w.file)); {
		case word == "DETERMINISTIC" && !f.Deterministic:
			f.Deterministic = true
		case word == "RETURNS" && f.Type == event.AnyType:
			t := w.next()
			declared, ok := event.ParseType(t.Text(w.file))
			if !ok {
				return r.fail(t, "unknown type "+t.Text(w.file), event.TypeHint(t.Text(w.file)))
			}
			f.Type = declared
		case word == "USING" && f.Program == "":
			t := w.next()
			f.Program, f.ProgramOffset = w.unquote(t), t.Pos
			if t.Kind != token.STRING || f.Program == "" {
				return r.fail(t, "USING needs a file in quotes", "write USING 'bin/slugify'")
			}
			if !filepath.IsLocal(f.Program) {
				return r.fail(t, f.Program+" leads out of the task root", "name a file below it, as bin/slugify")
			}
		default:
			return r.fail(at, "unexpected "+at.Text(w.file), "after the arguments stand DETERMINISTIC, RETURNS and USING, once each")
		}
	}
	return true
}
