package handlers_test

import (
	"fmt"
	"strconv"
	"strings"
)

// differentialCase is one query for both: a handler with its event, and a script for
// the shell.
type differentialCase struct {
	handler, event string
	shell          string
	ordered        int // how many of the first columns the rows are ordered by
}

func (c *differentialCase) String() string {
	return fmt.Sprintf("handler:\n%s\nevent:\n%s\nshell:\n%s", c.handler, c.event, c.shell)
}

// value is a value in JSON, and as a literal of SQL.
type value struct{ json, sql string }

// The values that fields and records hold. Those of a list have one type, so that of
// equal values there is one form.
var (
	integers = []value{{"0", "0"}, {"1", "1"}, {"-1", "(-1)"}, {"2", "2"}, {"3", "3"}, {"10", "10"}, {"-7", "(-7)"},
		{"9223372036854775807", "9223372036854775807"}, {"4294967296", "4294967296"}, {"null", "NULL"}}
	reals = []value{{"0.5", "0.5"}, {"-2.25", "(-2.25)"}, {"1.0", "1.0"}, {"10.0", "10.0"}, {"1e300", "1e300"},
		{"0.1", "0.1"}, {"3.0", "3.0"}, {"9.5e-3", "9.5e-3"}, {"null", "NULL"}}
	texts = []value{{`""`, "''"}, {`"a"`, "'a'"}, {`"A"`, "'A'"}, {`"b"`, "'b'"}, {`"10"`, "'10'"}, {`"9"`, "'9'"},
		{`"it's, \"so\""`, `'it''s, "so"'`}, {`"\u00e9t\u00e9"`, "'été'"}, {`"🎉"`, "'🎉'"}, {`" a "`, "' a '"},
		{`"%"`, "'%'"}, {`"a_b"`, "'a_b'"}, {`"1.0"`, "'1.0'"}, {`"\\"`, `'\'`}, {"null", "NULL"}}
	booleans = []value{{"true", "1"}, {"false", "0"}}
)

// kind is the type of an expression.
type kind int

const (
	integer kind = iota
	float
	text
)

// generator makes a case of choices. Where they end, it takes the first of each.
type generator struct {
	choices []byte
	fields  []value // of the event, by kind: see field
	params  bool    // write parameters, or literals
	read    int
}

func newDifferentialCase(choices []byte) *differentialCase {
	g := &generator{choices: choices}
	for k := range 6 {
		g.fields = append(g.fields, g.value(kind(k%3)))
	}
	g.fields = append(g.fields, pick(g, booleans))
	records := make([][3]value, g.choose(9))
	for i := range records {
		records[i] = [3]value{g.value(integer), g.value(float), g.value(text)}
	}
	at := g.read
	g.params = true
	handlerQuery, ordered := g.query()
	g.read, g.params = at, false
	shellQuery, _ := g.query()
	return &differentialCase{
		handler: declaration + "-- name: main :many\n" + handlerQuery + ";\n",
		event:   g.event(records),
		shell:   table(records) + ".mode quote\n" + shellQuery + ";\n",
		ordered: ordered,
	}
}

const declaration = "CREATE VIRTUAL TABLE records USING event('rows', i INTEGER, r REAL, t TEXT);\n"

// table is the event table as a table.
func table(records [][3]value) string {
	var b strings.Builder
	b.WriteString("CREATE TABLE records (i INTEGER, r REAL, t TEXT);\n")
	for _, r := range records {
		fmt.Fprintf(&b, "INSERT INTO records VALUES (%s, %s, %s);\n", r[0].sql, r[1].sql, r[2].sql)
	}
	return b.String()
}

// names are the fields' names.
var names = [...]string{"i", "r", "t", "n.i", "n.r", "n.t", "b"}

func (g *generator) event(records [][3]value) string {
	rows := make([]string, len(records))
	for i, r := range records {
		rows[i] = fmt.Sprintf(`{"t":%s,"i":%s,"x":[1,{"i":5}],"r":%s}`, r[2].json, r[0].json, r[1].json)
	}
	f := g.fields
	return fmt.Sprintf(`{"i":%s,"r":%s,"t":%s,"n":{"i":%s,"r":%s,"t":%s},"b":%s,"rows":[%s]}`,
		f[0].json, f[1].json, f[2].json, f[3].json, f[4].json, f[5].json, f[6].json, strings.Join(rows, ","))
}

// choose returns a number below n.
func (g *generator) choose(n int) int {
	c := 0
	if g.read < len(g.choices) {
		c = int(g.choices[g.read])
	}
	g.read++
	return c % n
}

func pick[T any](g *generator, list []T) T { return list[g.choose(len(list))] }

func (g *generator) value(k kind) value {
	return pick(g, [...][]value{integers, reals, texts}[k])
}

// parameter is a field of the event: as a parameter, or as its value.
func (g *generator) parameter(k kind) string {
	i := int(k) + 3*g.choose(2)
	if k == integer && g.choose(4) == 0 {
		i = 6
	}
	form := g.choose(3)
	switch {
	case !g.params:
		return g.fields[i].sql
	case form == 0 || i >= 3 && i < 6:
		return "$event(" + names[i] + ")"
	case form == 1:
		return "@" + names[i]
	default:
		return ":" + names[i]
	}
}

// query is a SELECT. Its columns are named c0, c1, …; the rows are ordered by the
// first of them, as many as ordered says.
func (g *generator) query() (sql string, ordered int) {
	switch g.choose(5) {
	case 0:
		return g.grouped()
	case 1:
		return g.compound(), 0
	case 2:
		return g.joined(), 0
	default:
		return g.plain()
	}
}

// plain reads the table. What it is ordered by are columns, which it begins with.
func (g *generator) plain() (sql string, ordered int) {
	var columns, order []string
	for _, name := range []string{"i", "r", "t"}[:g.choose(4)] {
		columns = append(columns, name)
		order = append(order, name+pick(g, orders))
	}
	distinct := ""
	if len(columns) > 0 && g.choose(3) == 0 {
		distinct = "DISTINCT "
	} else {
		for range 1 + g.choose(3) {
			columns = append(columns, g.expression(kind(g.choose(3)), 3, ""))
		}
	}
	sql = "SELECT " + distinct + named(columns) + " FROM records" + g.where("")
	if len(order) == 0 {
		return sql, 0
	}
	sql += " ORDER BY " + strings.Join(order, ", ")
	if len(order) == len(columns) {
		sql += pick(g, limits)
	}
	return sql, len(order)
}

var (
	orders = []string{"", " DESC", " NULLS LAST", " DESC NULLS FIRST"}
	limits = []string{"", " LIMIT 1", " LIMIT 3", " LIMIT 2 OFFSET 1", " LIMIT -1 OFFSET 2"}
)

// grouped groups the table by columns.
func (g *generator) grouped() (sql string, ordered int) {
	keys := [...][]string{{}, {"i"}, {"t"}, {"r"}, {"t", "i"}}[g.choose(5)]
	columns := append([]string{}, keys...)
	for range 1 + g.choose(3) {
		columns = append(columns, g.aggregate())
	}
	sql = "SELECT " + named(columns) + " FROM records" + g.where("")
	if len(keys) == 0 {
		return sql, 0
	}
	sql += " GROUP BY " + strings.Join(keys, ", ")
	if g.choose(3) == 0 {
		sql += " HAVING " + g.aggregate() + " IS NOT " + g.parameter(integer)
	}
	if g.choose(2) == 0 {
		return sql, 0
	}
	return sql + " ORDER BY " + strings.Join(keys, ", "), len(keys)
}

func (g *generator) aggregate() string {
	inner := pick(g, []string{"i", "r", "t"})
	return fmt.Sprintf(pick(g, []string{"count(*)%.0s", "count(%s)", "count(DISTINCT %s)", "min(%s)", "max(%s)", "sum(%s IS NULL)", "total(%s > 1)"}), inner)
}

// compound puts two reads of the table together.
func (g *generator) compound() string {
	column := pick(g, []string{"i", "r", "t"})
	operator := pick(g, []string{"UNION ALL", "UNION", "INTERSECT", "EXCEPT"})
	return "SELECT " + column + " AS c0 FROM records" + g.where("") + " " + operator + " SELECT " + column + " FROM records" + g.where("")
}

// joined reads the table twice.
func (g *generator) joined() string {
	join := pick(g, []string{"JOIN", "LEFT JOIN"})
	on := pick(g, []string{"a.i = b.i", "a.t = b.t", "a.r = b.r", "a.i < b.i", "a.t = b.t COLLATE NOCASE", "a.i IS b.i"})
	return "SELECT a.i AS c0, b.t AS c1, " + g.expression(kind(g.choose(3)), 2, "a.") + " AS c2 FROM records AS a " +
		join + " records AS b ON " + on + g.where("a.")
}

// named gives columns their names.
func named(columns []string) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c + " AS c" + strconv.Itoa(i)
	}
	return strings.Join(list, ", ")
}

func (g *generator) where(table string) string {
	if g.choose(2) == 0 {
		return ""
	}
	return " WHERE " + g.condition(3, table)
}

// condition is 0, 1 or NULL.
func (g *generator) condition(depth int, table string) string {
	if depth == 0 {
		return table + "i IS NOT NULL"
	}
	k := kind(g.choose(3))
	a, b := g.expression(k, depth-1, table), g.expression(k, depth-1, table)
	switch g.choose(12) {
	case 0:
		return "(" + g.condition(depth-1, table) + " AND " + g.condition(depth-1, table) + ")"
	case 1:
		return "(" + g.condition(depth-1, table) + " OR " + g.condition(depth-1, table) + ")"
	case 2:
		return "NOT " + g.condition(depth-1, table)
	case 3:
		return a + " BETWEEN " + b + " AND " + g.expression(k, depth-1, table)
	case 4:
		return a + " IN (" + b + ", " + g.parameter(k) + ", " + g.value(k).sql + ")"
	case 5:
		return g.expression(text, depth-1, table) + pick(g, []string{" LIKE ", " NOT LIKE ", " GLOB "}) + g.parameter(text)
	case 6:
		return "EXISTS (SELECT 1 FROM records AS e WHERE e.i = " + table + "i AND e.t IS NOT " + g.parameter(text) + ")"
	case 7: // a column beside a value of another type, which its affinity converts
		return table + pick(g, []string{"i", "r", "t"}) + pick(g, comparisons) + g.parameter(kind(g.choose(3)))
	case 8:
		return a + pick(g, []string{" COLLATE NOCASE", " COLLATE BINARY", " COLLATE RTRIM"}) + pick(g, comparisons) + b
	default:
		return a + pick(g, comparisons) + b
	}
}

var comparisons = []string{" = ", " < ", " >= ", " <> ", " IS ", " IS NOT ", " <= ", " > "}

// expression is an expression whose value has a type, or is NULL.
func (g *generator) expression(k kind, depth int, table string) string {
	if depth == 0 || g.choose(3) == 0 {
		switch g.choose(3) {
		case 0:
			return table + [...]string{"i", "r", "t"}[k]
		case 1:
			return g.parameter(k)
		default:
			return g.value(k).sql
		}
	}
	if g.choose(6) == 0 {
		return "CASE WHEN " + g.condition(depth-1, table) + " THEN " + g.expression(k, depth-1, table) + " ELSE " + g.expression(k, depth-1, table) + " END"
	}
	if g.choose(8) == 0 {
		return pick(g, []string{"coalesce", "ifnull", "nullif"}) + "(" + g.expression(k, depth-1, table) + ", " + g.expression(k, depth-1, table) + ")"
	}
	form := pick(g, forms[k])
	arguments := make([]any, len(form.arguments))
	for i, argument := range form.arguments {
		arguments[i] = g.expression(argument, depth-1, table)
	}
	return fmt.Sprintf(form.sql, arguments...)
}

// form is an expression over others.
type form struct {
	sql       string
	arguments []kind
}

// forms are what gives a type, in every version of SQLite the same: no text is made of
// a real.
var forms = [...][]form{
	integer: {
		{"(%s + %s)", []kind{integer, integer}}, {"(%s * %s)", []kind{integer, integer}}, {"(%s / %s)", []kind{integer, integer}},
		{"(%s %% %s)", []kind{integer, integer}}, {"(%s & %s)", []kind{integer, integer}}, {"(- %s)", []kind{integer}},
		{"length(%s)", []kind{text}}, {"instr(%s, %s)", []kind{text, text}}, {"unicode(%s)", []kind{text}},
		{"(%s > %s)", []kind{float, float}}, {"(%s IS NULL)", []kind{text}}, {"CAST(%s AS INTEGER)", []kind{text}},
		{"max(%s, %s)", []kind{integer, integer}}, {"abs(%s)", []kind{integer}}, {"(%s >> %s)", []kind{integer, integer}},
	},
	float: {
		{"(%s + %s)", []kind{float, float}}, {"(%s * %s)", []kind{float, integer}}, {"(%s - %s)", []kind{float, float}},
		{"(%s / %s)", []kind{float, float}}, {"abs(%s)", []kind{float}}, {"min(%s, %s)", []kind{float, float}},
		{"CAST(%s AS REAL)", []kind{integer}}, {"(- %s)", []kind{float}},
	},
	text: {
		{"(%s || %s)", []kind{text, text}}, {"upper(%s)", []kind{text}}, {"lower(%s)", []kind{text}}, {"trim(%s)", []kind{text}},
		{"substr(%s, %s %% 5)", []kind{text, integer}}, {"substr(%s, %s %% 5, %s %% 4)", []kind{text, integer, integer}},
		{"replace(%s, %s, %s)", []kind{text, text, text}}, {"typeof(%s)", []kind{float}}, {"hex(%s)", []kind{text}},
		{"CAST(%s %% 1000 AS TEXT)", []kind{integer}}, {"printf('%%d-%%s', %s %% 1000, %s)", []kind{integer, text}}, {"quote(%s)", []kind{text}},
	},
}
