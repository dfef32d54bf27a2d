package syntax

import (
	"strconv"
	"strings"

	"github.com/sqlc-dev/meyer/ast"
)

// MaxSteps bounds the work of resolving one statement's columns: SELECTs, those
// of views included, read again for each use.
const MaxSteps = 1000

// column is a column of a table, a subquery or a result.
type column struct {
	name    string
	kinds   Kinds // what it can hold
	unnamed bool  // its name is only the text of its expression
	hidden  bool  // neither in "*" nor in "t.*"
	joined  bool  // not in "*": equal to a column before it, by USING or NATURAL
	unknown bool  // stands for columns that are not known
}

// source is one item of a FROM clause.
type source struct {
	schema, name string // as expressions call it
	columns      []column
	rowid        bool // it is a table, which has a rowid that is not among the columns
}

// notKnown are the columns of what the catalog does not have.
func notKnown() []column { return []column{{kinds: AnyKind, unknown: true}} }

// resolver finds what columns can hold.
type resolver struct {
	catalog Catalog
	schema  string // that of the view being read, where unqualified names are
	steps   int
	judge   Judge
}

// selection returns the columns of a SELECT: they are named as its first arm names them,
// and hold what any arm gives them.
func (r *resolver) selection(s *ast.SelectStmt, in *scope) []column {
	if r.steps++; r.steps > MaxSteps {
		return nil
	}
	in = in.with(s.With)
	columns := r.core(s.Cores[0], in)
	for _, core := range s.Cores[1:] {
		columns = merge(columns, r.core(core, in))
	}
	return columns
}

// merge adds what another arm gives to the columns of a compound's arms so far. What it
// cannot align can be anything.
func merge(columns, arm []column) []column {
	merged := append([]column{}, columns...)
	for i := range merged {
		if len(arm) != len(columns) {
			merged[i].kinds = AnyKind
		} else {
			merged[i].kinds |= arm[i].kinds
		}
	}
	return merged
}

func (r *resolver) core(core ast.SelectCore, in *scope) []column {
	switch core := core.(type) {
	case *ast.ValuesClause:
		return r.values(core, in)
	case *ast.SelectQuery:
		sources := r.from(core.From, in)
		if len(core.GroupBy) == 0 && Aggregates(core) {
			nullable(sources) // there may be no row
		}
		return r.list(core.Columns, &scope{outer: in, sources: sources})
	}
	return nil
}

// kinds returns what an expression gives.
func (r *resolver) kinds(x ast.Expr, in *scope) Kinds { return r.judge.Expr(x, Place{r, in}) }

// values returns the columns of VALUES, which SQLite names column1, column2, ….
func (r *resolver) values(v *ast.ValuesClause, in *scope) []column {
	var columns []column
	for i, row := range v.Rows {
		arm := make([]column, len(row))
		for j, expr := range row {
			arm[j] = column{name: "column" + strconv.Itoa(j+1), kinds: r.kinds(expr, in)}
		}
		if i == 0 {
			columns = arm
		} else {
			columns = merge(columns, arm)
		}
	}
	return columns
}

// list returns the columns of a list after SELECT or RETURNING.
func (r *resolver) list(list []*ast.ResultColumn, in *scope) []column {
	var columns []column
	for _, item := range list {
		if star, ok := item.Expr.(*ast.Star); ok {
			columns = append(columns, expand(star, in.sources)...)
			continue
		}
		name := resultName(item)
		unnamed := name == "" || item.Alias == nil && in.isUnnamed(item.Expr)
		columns = append(columns, column{name: name, unnamed: unnamed, kinds: r.kinds(item.Expr, in)})
	}
	return columns
}

// resultName is the name that a result column has for a query around it.
func resultName(c *ast.ResultColumn) string {
	if c.Alias != nil {
		return c.Alias.Name
	}
	switch x := c.Expr.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.QualifiedRef:
		return x.Parts[len(x.Parts)-1].Name
	}
	return ""
}

// expand returns the columns of "*" or "t.*".
func expand(star *ast.Star, sources []source) []column {
	var columns []column
	for _, s := range sources {
		if star.Table != nil && !strings.EqualFold(star.Table.Name, s.name) {
			continue
		}
		for _, c := range s.columns {
			if !c.hidden && (star.Table != nil || !c.joined) {
				columns = append(columns, c)
			}
		}
	}
	return columns
}
