package syntax

import (
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"github.com/sqlc-dev/meyer/token"

	"sqlambda/event"
)

// Literal is a value that stands in the text: nil for NULL, int64, float64,
// bool, string or []byte.
type Literal any

var errNoLiteral = errors.New("no literal")

// literal takes an SQL literal from tokens of text: a number with or without a
// sign, a string, a blob, NULL, TRUE or FALSE. An integer of more than 64 bits
// is a float64, as in SQLite.
func literal(w *words, text string) (Literal, error) {
	t := w.next()
	sign := ""
	if t.Kind == token.MINUS || t.Kind == token.PLUS {
		sign = t.Text(text)
		t = w.next()
	}
	spelled := t.Text(text)
	switch t.Kind {
	case token.INTEGER, token.FLOAT, token.QNUMBER:
		return number(sign, strings.ReplaceAll(spelled, "_", ""))
	}
	if sign != "" {
		return nil, errNoLiteral
	}
	switch {
	case t.Kind == token.STRING:
		return event.Unquote(spelled), nil
	case t.Kind == token.BLOB:
		return hex.DecodeString(spelled[2 : len(spelled)-1])
	case t.Kind == token.NULL:
		return nil, nil
	case strings.EqualFold(spelled, "true"):
		return true, nil
	case strings.EqualFold(spelled, "false"):
		return false, nil
	}
	return nil, errNoLiteral
}

// number reads a number as SQLite does; a hexadecimal one is the 64 bits it
// spells.
func number(sign, digits string) (Literal, error) {
	if len(digits) > 2 && digits[1]|0x20 == 'x' {
		bits, err := strconv.ParseUint(digits[2:], 16, 64)
		if sign == "-" {
			bits = -bits
		}
		return int64(bits), err
	}
	if i, err := strconv.ParseInt(sign+digits, 10, 64); err == nil {
		return i, nil
	}
	f, err := strconv.ParseFloat(sign+digits, 64)
	if errors.Is(err, strconv.ErrRange) { // an infinity, as in SQLite
		err = nil
	}
	return f, err
}
