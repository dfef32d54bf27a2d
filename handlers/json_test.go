package handlers

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"sqlambda/engine"
	"sqlambda/engine/sqlite"
	"sqlambda/event"
)

// FuzzValues selects bound values: their JSON is valid and reads back to the same.
func FuzzValues(f *testing.F) {
	f.Add(int64(0), uint64(0), "", []byte(nil), "name")
	f.Add(int64(math.MinInt64), math.Float64bits(math.Copysign(0, -1)), "\"\\\n\x00\u2028", []byte{0, 0xff}, "a \"b\"")
	f.Add(int64(math.MaxInt64), math.Float64bits(math.Inf(-1)), "a\xffb\xed\xa0\x80\xf0\x9f", []byte("x"), "\xff")
	f.Add(int64(1)<<53+1, math.Float64bits(math.NaN()), "é🎉", []byte("xy"), "")
	f.Add(int64(-1), math.Float64bits(math.SmallestNonzeroFloat64), "\x7f\u0080\ufffd", []byte("xyz"), "1")
	f.Add(int64(7), math.Float64bits(1e21), "</script>", []byte("????"), "\u2029")
	f.Add(int64(8), math.Float64bits(999999999999999900000), "\r\t\b\f", []byte(">>>>"), "\t")
	conn, err := sqlite.Open(engine.Config{Root: f.TempDir(), Memory: 64 << 20})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { conn.Close() })
	stmt, err := conn.Prepare("SELECT ?1, ?2, ?3, ?4, ?5")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, integer int64, bits uint64, text string, blob []byte, name string) {
		real := math.Float64frombits(bits)
		name = strings.ReplaceAll(name, ".", "")
		defer stmt.Reset()
		for i, v := range []event.Value{event.IntegerValue(integer), event.RealValue(real), event.TextValue(text), event.BlobValue(string(blob)), {}} {
			stmt.Bind(i+1, v)
		}
		if row, err := stmt.Step(); !row || err != nil {
			t.Fatal(row, err)
		}
		var columns []Column
		for _, name := range []string{name, "\x00real", "\x00text", "\x00blob", "\x00null"} {
			columns = append(columns, Column{Name: name, Path: []string{name}})
		}
		shape, err := newShape(columns, nil)
		if err != nil {
			t.Skip(err)
		}
		encoded, err := shape.append(nil, stmt)
		if err != nil {
			t.Fatal(err)
		}
		got := decode(t, encoded)
		if n := got[string([]rune(name))]; n != json.Number(strconv.FormatInt(integer, 10)) {
			t.Errorf("INTEGER %d is %v in %s", integer, n, encoded)
		}
		checkReal(t, real, got["\x00real"])
		if got["\x00text"] != string([]rune(text)) {
			t.Errorf("TEXT %q is %q", text, got["\x00text"])
		}
		if got["\x00blob"] != base64.StdEncoding.EncodeToString(blob) {
			t.Errorf("BLOB %x is %q", blob, got["\x00blob"])
		}
		if v, ok := got["\x00null"]; !ok || v != nil {
			t.Errorf("NULL is %v in %s", v, encoded)
		}
	})
}

// checkReal checks that a number reads back bit by bit, and as no integer.
func checkReal(t *testing.T, want float64, got any) {
	t.Helper()
	if math.IsNaN(want) { // SQLite binds it as NULL
		if got != nil {
			t.Errorf("NaN is %v", got)
		}
		return
	}
	number, ok := got.(json.Number)
	if !ok {
		t.Fatalf("REAL %v is %v", want, got)
	}
	x, _ := strconv.ParseFloat(string(number), 64) // the error is the range: an infinity
	if math.Float64bits(x) != math.Float64bits(want) {
		t.Errorf("REAL %v is %s", want, number)
	}
	if !strings.ContainsAny(string(number), ".e") {
		t.Errorf("REAL %v looks like an integer: %s", want, number)
	}
}

// decode decodes an object of JSON; numbers keep their text.
func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var object map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&object); err != nil || !json.Valid(text) {
		t.Fatalf("%v in %q", err, text)
	}
	return object
}
