package handlers_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// FuzzDifferential runs random SELECTs over random events in the runtime, and in
// SQLite's own shell with the values as literals and the event table as a table: both
// have to give the same rows. It needs sqlite3, of 3.38 or newer.
func FuzzDifferential(f *testing.F) {
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		f.Skip("sqlite3, SQLite's shell, is not installed")
	}
	for seed := range uint64(100) {
		random := rand.New(rand.NewPCG(seed, 0))
		choices := make([]byte, 400)
		for i := range choices {
			choices[i] = byte(random.Uint32())
		}
		f.Add(choices)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		c := newDifferentialCase(choices)
		want, failed := runShell(t, shell, c.shell)
		fn := newFunction(t)
		fn.add("main.sql", c.handler)
		var response []byte
		err := fn.start("main")
		if err == nil {
			response, err = fn.invoke(c.event)
		}
		switch {
		case failed != "" && err != nil:
			return // how they say it differs from version to version
		case failed != "" || err != nil:
			t.Fatalf("the runtime: %v\nthe shell: %s\n%s", err, failed, c)
		}
		got := responseRows(t, response)
		if !slices.Equal(column(got, c.ordered), column(want, c.ordered)) {
			t.Fatalf("the order is\n%s\nwant\n%s\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), c)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("the rows are\n%s\nwant\n%s\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), c)
		}
	})
}

// column returns the first columns of rows, n of them.
func column(rows []string, n int) []string {
	var keys []string
	for _, row := range rows {
		keys = append(keys, strings.Join(strings.SplitN(row, " | ", n+1)[:n], " | "))
	}
	return keys
}

// runShell returns the rows that SQLite's shell gives for a script, or what it says of
// an error.
func runShell(t *testing.T, shell, script string) (rows []string, failed string) {
	t.Helper()
	cmd := exec.Command(shell, "-batch", "-bail", "-init", "/dev/null", ":memory:")
	cmd.Stdin = strings.NewReader(script)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err := cmd.Run(); err != nil {
		if problems.Len() == 0 {
			t.Fatal(err)
		}
		return nil, problems.String()
	}
	for line := range strings.Lines(out.String()) {
		rows = append(rows, shellRow(t, strings.TrimSuffix(line, "\n")))
	}
	return rows, ""
}

// shellRow reads a line of the shell's mode quote: https://sqlite.org/cli.html.
func shellRow(t *testing.T, line string) string {
	var values []string
	for line != "" {
		length := strings.IndexByte(line, ',')
		if quote := strings.IndexByte(line, '\''); quote == 0 || quote == 1 {
			length = quote + 1 + endOfQuoted(line[quote+1:])
		}
		if length < 0 {
			length = len(line)
		}
		values = append(values, shellValue(t, line[:length]))
		line = strings.TrimPrefix(line[length:], ",")
	}
	return strings.Join(values, " | ")
}

// endOfQuoted is the length of a quoted text up to and with its last quote.
func endOfQuoted(text string) int {
	for i := 0; i < len(text); i++ {
		if text[i] != '\'' {
			continue
		}
		if i+1 == len(text) || text[i+1] != '\'' {
			return i + 1
		}
		i++
	}
	return len(text)
}

// shellValue is a literal in the form in which values are compared.
func shellValue(t *testing.T, literal string) string {
	switch {
	case literal == "NULL":
		return "null"
	case literal[0] == '\'':
		return strconv.Quote(strings.ReplaceAll(literal[1:len(literal)-1], "''", "'"))
	case literal[0] == 'X':
		b, err := hex.DecodeString(literal[2 : len(literal)-1])
		if err != nil {
			t.Fatal(err)
		}
		return strconv.Quote(base64.StdEncoding.EncodeToString(b))
	}
	return number(t, literal)
}

// number is a number with its type: 1 and 1.0 differ, 0.0 and -0.0 do not.
func number(t *testing.T, text string) string {
	if !strings.ContainsAny(text, ".eEnN") {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if f == 0 && err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("real %v", f+0) // the shell writes -0.0 as 0.0
}

// responseRows reads the rows of a response: the values in the order of the columns.
func responseRows(t *testing.T, response []byte) []string {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(response))
	d.UseNumber()
	var all []map[string]any
	if err := d.Decode(&all); err != nil {
		t.Fatalf("%v: %s", err, response)
	}
	rows := make([]string, len(all))
	for i, object := range all {
		values := make([]string, len(object))
		for j := range values {
			switch v := object["c"+strconv.Itoa(j)].(type) {
			case nil:
				values[j] = "null"
			case string:
				values[j] = strconv.Quote(v)
			case json.Number:
				values[j] = number(t, v.String())
			default:
				t.Fatalf("column %d is %v", j, v)
			}
		}
		rows[i] = strings.Join(values, " | ")
	}
	return rows
}
