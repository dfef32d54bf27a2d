package syntax

import (
	"slices"

	"github.com/sqlc-dev/meyer/token"

	"sqlambda/event"
)

// words are tokens of a file, to be read one after the other.
type words struct {
	file   string // the file's text, in which the tokens' places are
	tokens []token.Token
}

// next takes the next token. At the end it is an EOF, which stays.
func (w *words) next() token.Token {
	if len(w.tokens) == 0 {
		return token.Token{Kind: token.EOF}
	}
	t := w.tokens[0]
	if t.Kind != token.EOF {
		w.tokens = w.tokens[1:]
	}
	return t
}

// accept takes the next token if it is of that kind.
func (w *words) accept(kind token.Kind) bool {
	if len(w.tokens) == 0 || w.tokens[0].Kind != kind {
		return false
	}
	w.tokens = w.tokens[1:]
	return true
}

// skip takes all tokens up to the next one of these kinds, and that, if there is one.
func (w *words) skip(kinds ...token.Kind) bool {
	i := slices.IndexFunc(w.tokens, func(t token.Token) bool { return slices.Contains(kinds, t.Kind) })
	if i >= 0 {
		w.tokens = w.tokens[i+1:]
	}
	return i >= 0
}

// has reports whether one of the tokens is of that kind.
func (w words) has(kind token.Kind) bool { return w.skip(kind) }

// name takes a name, after that of a schema if there is one; none if there is no name.
func (w *words) name() []string {
	t := w.next()
	if w.accept(token.DOT) {
		t = w.next()
	}
	if !isName(t) {
		return nil
	}
	return []string{w.unquote(t)}
}

// unquote returns the name or the string that a token spells.
func (w *words) unquote(t token.Token) string { return event.Unquote(t.Text(w.file)) }

// creates reports whether the tokens begin a CREATE of that kind, explained or not.
func (w words) creates(kind token.Kind) bool {
	if w.accept(token.EXPLAIN) && w.accept(token.QUERY) {
		w.accept(token.PLAN)
	}
	if !w.accept(token.CREATE) {
		return false
	}
	w.accept(token.TEMP)
	return w.accept(kind)
}

// isWord reports whether a token is a name, quoted or not, or a keyword.
func isWord(t token.Token) bool { return t.Kind == token.ID || t.Kind > token.PTR }

// isName reports whether SQLite takes a token for a name: in places a string, too.
func isName(t token.Token) bool { return isWord(t) || t.Kind == token.STRING }
