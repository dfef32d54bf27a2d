package syntax

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sqlc-dev/meyer/ast"

	"sqlambda/engine"
)

// MaxSteps bounds the work of resolving one statement's columns: SELECTs, those
// of views included, read again for each use.
const MaxSteps = 1000

// column is a column of a table, a subquery or a result.
type column struct {
	schema, table string // as expressions call that which it is of
	name          string
	kinds         Kinds // what it can hold
	unnamed       bool  // its name is only the text of its expression
	hidden        bool  // neither in "*" nor in "t.*"
	joined        bool  // not in "*": equal to a column before it, by USING or NATURAL
	unknown       bool  // stands for columns that are not known
	rowid         bool  // stands for the rowid, which is not among a table's columns
}

// unknown are the columns of what the catalog does not have.
func unknown() []column { return []column{{kinds: AnyKind, unknown: true}} }

// resolver finds what columns can hold.
type resolver struct {
	catalog engine.Catalog
	schema  string // that of the view being read, where unqualified names are
	steps   int
	judge   Judge
}

// resolve returns the result columns of a statement, as many as the engine counts. If they
// are not that many, nothing is known of any.
func resolve(s *Statement, count int, catalog engine.Catalog, judge Judge) []column {
	r := &resolver{catalog: catalog, judge: judge}
	columns := fill(r.statement(s.Tree()), count)
	if r.steps > MaxSteps || len(columns) != count {
		return slices.Repeat([]column{{kinds: AnyKind}}, count)
	}
	return columns
}

// fill makes of the columns as many as there are: if one stands for an
// unknown number of columns, it becomes those that are missing.
func fill(columns []column, count int) []column {
	for i, c := range columns {
		if missing := count - len(columns) + 1; c.unknown && missing >= 0 {
			return slices.Concat(columns[:i], slices.Repeat([]column{{kinds: AnyKind}}, missing), columns[i+1:])
		}
	}
	return columns
}

// statement returns the result columns of a statement. A RETURNING clause sees the table
// that is changed, by its name and not by an alias, and nothing else.
func (r *resolver) statement(stmt ast.Stmt) []column {
	var with *ast.With
	var table *ast.QualifiedName
	var returning []*ast.ResultColumn
	switch n := stmt.(type) {
	case *ast.SelectStmt:
		return r.selection(n, nil)
	case *ast.InsertStmt:
		with, table, returning = n.With, n.Table, n.Returning
	case *ast.UpdateStmt:
		with, table, returning = n.With, n.Table, n.Returning
	case *ast.DeleteStmt:
		with, table, returning = n.With, n.Table, n.Returning
	default:
		return nil
	}
	outer := (*scope)(nil).with(with)
	return r.list(returning, &scope{outer: outer, columns: r.table(table, nil)})
}

// selection returns the columns of a SELECT: they are named as its first arm names them,
// and hold what any arm gives them.
func (r *resolver) selection(s *ast.SelectStmt, in *scope) []column {
	if r.steps++; r.steps > MaxSteps {
		return nil
	}
	in = in.with(s.With)
	var columns []column
	for _, core := range s.Cores {
		columns = merge(columns, r.core(core, in))
	}
	return columns
}

// merge adds what another arm gives to the columns of a compound's arms so far. What it
// cannot align can be anything.
func merge(columns, arm []column) []column {
	if columns == nil {
		return arm
	}
	for i := range columns {
		if len(arm) != len(columns) {
			columns[i].kinds = AnyKind
		} else {
			columns[i].kinds |= arm[i].kinds
		}
	}
	return columns
}

func (r *resolver) core(core ast.SelectCore, in *scope) []column {
	switch core := core.(type) {
	case *ast.ValuesClause:
		return r.values(core, in)
	case *ast.SelectQuery:
		from := r.from(core.From, in)
		if len(core.GroupBy) == 0 && Aggregates(core) {
			nullable(from) // there may be no row
		}
		return r.list(core.Columns, &scope{outer: in, columns: from})
	}
	return nil
}

// kinds returns what an expression gives.
func (r *resolver) kinds(x ast.Expr, in *scope) Kinds { return r.judge.Expr(x, Place{r, in}) }

// values returns the columns of VALUES, which SQLite names column1, column2, ….
func (r *resolver) values(v *ast.ValuesClause, in *scope) []column {
	var columns []column
	for _, row := range v.Rows {
		arm := make([]column, len(row))
		for j, expr := range row {
			arm[j] = column{name: "column" + strconv.Itoa(j+1), kinds: r.kinds(expr, in)}
		}
		columns = merge(columns, arm)
	}
	return columns
}

// list returns the columns of a list after SELECT or RETURNING.
func (r *resolver) list(list []*ast.ResultColumn, in *scope) []column {
	var columns []column
	for _, item := range list {
		if star, ok := item.Expr.(*ast.Star); ok {
			columns = append(columns, expand(star, in.columns)...)
			continue
		}
		c := column{kinds: r.kinds(item.Expr, in)}
		if item.Alias != nil {
			c.name = item.Alias.Name
		} else {
			named := in.column(nameParts(item.Expr))
			c.name, c.unnamed = named.name, named.unnamed
		}
		columns = append(columns, c)
	}
	return columns
}

// expand returns the columns of "*" or "t.*".
func expand(star *ast.Star, from []column) []column {
	var columns []column
	for _, c := range from {
		if !c.hidden && (star.Table == nil && !c.joined || star.Table != nil && strings.EqualFold(star.Table.Name, c.table)) {
			columns = append(columns, c)
		}
	}
	return columns
}
