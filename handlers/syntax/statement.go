package syntax

import (
	"slices"

	"github.com/sqlc-dev/meyer/ast"
	"github.com/sqlc-dev/meyer/parser"
	"github.com/sqlc-dev/meyer/token"

	"sqlambda/event"
)

// Statement is one SQL statement of a file.
type Statement struct {
	// Text is the statement for the engine: from its first token to its
	// semicolon, if it has one.
	Text string
	// Offset is where Text begins, in bytes from the beginning of the file.
	Offset int
	// Parameters are the places where the statement takes a value, in the order
	// of the text; a parameter used twice is there twice, with one Index.
	Parameters []Parameter

	words // its tokens
}

// statements takes the tokens before end as statements. Empty ones are dropped.
func (r *reader) statements(end int) []*Statement {
	var statements []*Statement
	for len(r.tokens) > 0 && r.tokens[0].Pos < end {
		tokens := r.tokens[:statementLength(r.tokens, end)]
		r.tokens = r.tokens[len(tokens):]
		if len(tokens) == 1 && tokens[0].Kind == token.SEMI {
			continue
		}
		first, last := tokens[0].Pos, tokens[len(tokens)-1].End
		s := &Statement{Text: r.file.Text[first:last], Offset: first, words: words{r.file.Text, tokens}}
		s.Parameters = r.parameters(s)
		r.checkEventTable(s)
		statements = append(statements, s)
	}
	return statements
}

// statementLength returns the number of tokens up to and with the semicolon
// that ends the first statement, or all before end if none does.
//
// A semicolon ends a statement, except in the body of a CREATE TRIGGER, whose
// statements end in semicolons of their own: there it takes "; END ;". These
// are the rules of https://sqlite.org/c3ref/complete.html.
func statementLength(tokens []token.Token, end int) int {
	trigger := words{tokens: tokens}.creates(token.TRIGGER)
	for i, t := range tokens {
		if t.Pos >= end {
			return i
		}
		if t.Kind != token.SEMI {
			continue
		}
		closed := i >= 2 && tokens[i-1].Kind == token.END && tokens[i-2].Kind == token.SEMI
		if !trigger || closed {
			return i + 1
		}
	}
	return len(tokens)
}

// begins reports whether the statement's first token is of one of these kinds.
func (s *Statement) begins(kinds ...token.Kind) bool {
	return slices.Contains(kinds, s.tokens[0].Kind)
}

// Transaction reports whether the statement begins or ends a transaction: BEGIN,
// COMMIT, END or ROLLBACK, but not ROLLBACK TO a savepoint.
func (s *Statement) Transaction() bool {
	return s.begins(token.BEGIN, token.COMMIT, token.END) || s.begins(token.ROLLBACK) && !s.has(token.TO)
}

// ChangesSchema reports whether the statement may change what names mean to those after
// it.
func (s *Statement) ChangesSchema() bool {
	return s.begins(token.CREATE, token.DROP, token.ALTER, token.ANALYZE)
}

// ReturnsNothing reports whether the text shows that the statement has no result columns.
func (s *Statement) ReturnsNothing() bool {
	return s.ChangesSchema() || s.begins(token.INSERT, token.REPLACE, token.UPDATE, token.DELETE) && !s.has(token.RETURNING)
}

// checkEventTable reports what is wrong in the declaration of an event table. Mistakes
// inside its paths are left to the engine, which prepares the statement.
func (r *reader) checkEventTable(s *Statement) {
	if !s.creates(token.VIRTUAL) || s.has(token.ILLEGAL) {
		return
	}
	_, _, problems := event.ParseDeclaration(s.Text)
	for _, p := range problems {
		if !p.InPath {
			r.report(s.Offset+p.Offset, p.Message, p.Hint)
		}
	}
}

// Tree returns the statement's syntax tree, nil if the parser cannot follow the text.
// Places in the tree are relative to Text. The tree is not kept: it is asked for once or
// twice at init, and needs more memory than the text.
func (s *Statement) Tree() ast.Stmt { return parse(s.Text) }

func parse(text string) ast.Stmt {
	tree, err := parser.ParseStatement(text)
	if err != nil {
		return nil
	}
	return tree
}
