package syntax

import (
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
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
	Path       string // to the field; empty if it is the field of that name
	PathOffset int    // of the path's literal, if it has one
	NotNull    bool   // null and missing are refused
	HasDefault bool   // Default stands in for a missing field
	Default    any    // nil is NULL, else an int64, float64, bool, string or []byte
	Offset     int    // of the name
}

// declarations reads the declarations of a query, which have to stand before its first
// statement.
func (r *reader) declarations(params []directive) []Declaration {
	var declarations []Declaration
	for _, d := range params {
		if len(r.tokens) > 0 && r.tokens[0].Pos < d.start {
			r.report(d.start, "a declaration after the first statement",
				"declarations stand between the query's name and its first statement")
		} else if declared, ok := r.declaration(d); ok && declares(declarations, declared.Name) {
			r.report(declared.Offset, declared.Name+" is declared twice", "")
		} else if ok {
			declarations = append(declarations, declared)
		}
	}
	return declarations
}

// declares reports whether a field is among those declared.
func declares(declarations []Declaration, name string) bool {
	return slices.ContainsFunc(declarations, func(d Declaration) bool { return d.Name == name })
}

// declaration reads what follows "-- param:": a name, a type, and PATH, NOT NULL
// and DEFAULT in any order. It is false if the name is missing.
func (r *reader) declaration(d directive) (Declaration, bool) {
	w := &words{r.file.Text, lexer.Lex(d.text)}
	for i := range w.tokens {
		w.tokens[i].Pos += d.end - len(d.text)
		w.tokens[i].End += d.end - len(d.text)
	}
	name := w.next()
	out := Declaration{Name: name.Text(w.file), Type: event.TextType, Offset: name.Pos}
	if !isFieldName(out.Name) {
		return out, r.fail(name, "a declaration without a field's name", "write -- param: limit INTEGER")
	}
	t := w.next()
	if t.Kind == token.DOT {
		path, _ := cutWord(d.text)
		last := path[strings.LastIndexByte(path, '.')+1:]
		return out, r.fail(t, "a declaration names one field, not a path", "write -- param: "+last+" INTEGER PATH '"+path+"'")
	}
	// A mistaken declaration still declares its name.
	if declared, ok := event.ParseType(t.Text(w.file)); ok {
		out.Type = declared
		r.clauses(w, &out)
	} else if isWord(t) {
		r.fail(t, "unknown type "+t.Text(w.file), event.TypeHint(t.Text(w.file)))
	} else {
		r.fail(t, "a type is missing", "one of "+event.TypeNames)
	}
	return out, true
}

// isFieldName reports whether a field can be written as :name.
func isFieldName(name string) bool {
	tokens := lexer.Lex(":" + name)
	return len(tokens) == 2 && tokens[0].Kind == token.VARIABLE && !strings.ContainsAny(name, ":(")
}

// clauses reads PATH, NOT NULL and DEFAULT to the declaration's end or the first mistake.
func (r *reader) clauses(w *words, d *Declaration) bool {
	for at := w.next(); at.Kind != token.EOF; at = w.next() {
		switch {
		case at.Kind == token.NOT && !d.NotNull:
			if d.NotNull = w.accept(token.NULL); !d.NotNull {
				return r.fail(w.next(), "NULL is missing after NOT", "write NOT NULL")
			}
		case d.Path == "" && strings.EqualFold(at.Text(w.file), "PATH"):
			path := w.next()
			if d.Path, d.PathOffset = w.unquote(path), path.Pos; path.Kind != token.STRING || d.Path == "" {
				return r.fail(path, "PATH needs a path in quotes", "write PATH 'pathParameters.id'")
			}
		case at.Kind == token.DEFAULT && !d.HasDefault:
			if d.HasDefault = true; !r.readDefault(w, d) {
				return false
			}
		default:
			return r.fail(at, "unexpected "+at.Text(w.file), "after the type stand PATH, NOT NULL and DEFAULT, once each")
		}
	}
	return true
}

// readDefault reads a literal that the declared type can hold.
func (r *reader) readDefault(w *words, d *Declaration) bool {
	at := w.tokens[0]
	value, ok := w.literal()
	switch {
	case !ok:
		return r.fail(at, "DEFAULT needs a literal", "a number, a 'string', x'hex', TRUE, FALSE or NULL")
	case !holds(d.Type, value):
		return r.fail(at, "the default is no "+d.Type.String(), "")
	case value == nil && d.NotNull:
		return r.fail(at, "NOT NULL and DEFAULT NULL contradict each other", "")
	}
	d.Default = value
	return true
}

// literal takes an SQL literal: a number with or without a sign, a string, a blob, NULL,
// TRUE or FALSE. It is nil for NULL, else an int64, float64, bool, string or []byte.
func (w *words) literal() (value any, ok bool) {
	t, sign := w.next(), ""
	if t.Kind == token.MINUS || t.Kind == token.PLUS {
		sign = t.Text(w.file)
		t = w.next()
	}
	spelled := t.Text(w.file)
	switch {
	case t.Kind == token.INTEGER, t.Kind == token.FLOAT, t.Kind == token.QNUMBER:
		return number(sign, strings.ReplaceAll(spelled, "_", ""))
	case sign != "":
		return nil, false
	case t.Kind == token.STRING:
		return w.unquote(t), true
	case t.Kind == token.BLOB:
		bytes, err := hex.DecodeString(spelled[2 : len(spelled)-1])
		return bytes, err == nil
	case strings.EqualFold(spelled, "true"):
		return true, true
	case strings.EqualFold(spelled, "false"):
		return false, true
	}
	return nil, t.Kind == token.NULL
}

// number reads a number as SQLite does: an integer of more than 64 bits is a float64, and
// a hexadecimal one is the 64 bits that it spells.
func number(sign, digits string) (value any, ok bool) {
	if len(digits) > 2 && digits[1]|0x20 == 'x' {
		bits, err := strconv.ParseUint(digits[2:], 16, 64)
		if sign == "-" {
			bits = -bits
		}
		return int64(bits), err == nil
	}
	if i, err := strconv.ParseInt(sign+digits, 10, 64); err == nil {
		return i, true
	}
	f, err := strconv.ParseFloat(sign+digits, 64)
	return f, err == nil || errors.Is(err, strconv.ErrRange) // an infinity, as in SQLite
}

// holds reports whether a literal is a value of the type. JSON is text, or a value
// that is JSON by itself.
func holds(t event.Type, value any) bool {
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
