package syntax

import (
	"strings"

	"github.com/sqlc-dev/meyer/ast"
	"github.com/sqlc-dev/meyer/token"
)

// EventTable is what a virtual table of the module "event" declares:
//
//	event('Records', id TEXT PATH 'messageId', total REAL)
type EventTable struct {
	Rows    string // the path to the rows; empty for the event itself
	Columns []EventColumn
	// RowsOffset is the place of Rows.
	RowsOffset int
}

// EventColumn is one column of an event table.
type EventColumn struct {
	Name    string
	Type    Type
	Path    string // from the row
	HasPath bool   // false where Path is left out; then it is the field Name
	Offset  int    // of the path where there is one, else of the name
}

// ParseEventTable reads the arguments of the module "event": the text between
// its parentheses, or the arguments that SQLite divides it into, with commas
// between them. Places are in bytes from the beginning of arguments. Paths are
// not looked into. The table is fit to use only where there is no problem.
func ParseEventTable(arguments string) (EventTable, []Problem) {
	var problems problems
	c := newClauses(arguments, 0, &problems)
	return c.eventTable(), problems
}

// checkEventTable reports what is wrong with the arguments of a
// CREATE VIRTUAL TABLE … USING event(…).
func (r *reader) checkEventTable(s *Statement) {
	w := words{s.tokens}
	if !w.accept(token.CREATE) || !w.accept(token.VIRTUAL) || s.has(token.ILLEGAL) {
		return
	}
	for len(w.left) > 0 && !w.accept(token.USING) {
		w.next()
	}
	if name := w.next(); name.Kind == token.EOF || !strings.EqualFold(unquote(name.Text(s.file)), "event") {
		return
	}
	if end := len(w.left) - 1; end >= 0 && w.left[end].Kind == token.SEMI {
		w.left = w.left[:end]
	}
	c := &clauses{words: w, text: s.file, end: s.Offset + len(s.Text), problems: &r.problems}
	if c.accept(token.LP) && len(c.left) > 0 && c.left[len(c.left)-1].Kind == token.RP {
		c.end = c.left[len(c.left)-1].Pos
		c.left = c.left[:len(c.left)-1]
	}
	c.eventTable()
}

// EventTable returns the event table that the statement creates, and its name; it is
// false for any other statement, and for one that is mistaken.
func (s *Statement) EventTable() (name string, table EventTable, ok bool) {
	create, isTable := s.parse().(*ast.CreateVirtualTableStmt)
	if !isTable || !strings.EqualFold(create.Module.Name, "event") {
		return "", EventTable{}, false
	}
	table, problems := ParseEventTable(strings.Join(create.Args, ","))
	return create.Name.Name.Name, table, len(problems) == 0
}

// eventTable reads the rows' path and the columns.
func (c *clauses) eventTable() EventTable {
	var table EventTable
	at, mistakes := c.peek(), len(*c.problems)
	if table.RowsOffset = at.Pos; !c.path(&table.Rows) {
		c.fail(at, "an event table begins with the path to its rows, in quotes", "write event('Records', id TEXT PATH 'messageId')")
		c.skip()
	}
	for c.accept(token.COMMA) {
		if column, ok := c.eventColumn(table.Columns); ok {
			table.Columns = append(table.Columns, column)
		} else {
			c.skip()
		}
		if rest := c.peek(); rest.Kind != token.COMMA && rest.Kind != token.EOF {
			c.fail(rest, "unexpected "+rest.Text(c.text), "a column is a name, a type and, where it is not the name, PATH 'path'")
			c.skip()
		}
	}
	if end := c.next(); end.Kind != token.EOF {
		c.fail(end, "unexpected "+end.Text(c.text), "a comma stands between path and columns")
	} else if len(table.Columns) == 0 && len(*c.problems) == mistakes {
		c.fail(end, "an event table without columns", "write event('Records', id TEXT PATH 'messageId')")
	}
	return table
}

// eventColumn reads one column, whose name none before it may have.
func (c *clauses) eventColumn(before []EventColumn) (column EventColumn, ok bool) {
	t := c.next()
	column.Name, column.Offset = unquote(t.Text(c.text)), t.Pos
	if !isWord(t) {
		return column, c.fail(t, "a column's name is missing", "a column is a name, a type and, where it is not the name, PATH 'path'")
	}
	for _, b := range before {
		if strings.EqualFold(b.Name, column.Name) {
			return column, c.fail(t, "a second column named "+column.Name, "")
		}
	}
	if !c.readType(&column.Type) {
		return column, false
	}
	column.Path = column.Name
	if !c.word("PATH") {
		return column, true
	}
	at := c.peek()
	column.Offset, column.HasPath = at.Pos, true
	if !c.path(&column.Path) {
		return column, c.fail(at, "PATH needs a path in quotes", "write PATH 'messageId'")
	}
	return column, true
}

// path takes a string.
func (c *clauses) path(into *string) bool {
	if c.peek().Kind != token.STRING {
		return false
	}
	*into = unquote(c.next().Text(c.text))
	return true
}

// skip goes on to the next comma.
func (c *clauses) skip() {
	for k := c.peek().Kind; k != token.COMMA && k != token.EOF; k = c.peek().Kind {
		c.next()
	}
}
