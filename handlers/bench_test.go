package handlers_test

import (
	"strings"
	"testing"
	"time"
)

// BenchmarkInvoke is a small query, with a deadline as Lambda gives it.
func BenchmarkInvoke(b *testing.B) {
	f := newFunction(b)
	f.timeout = 3 * time.Second
	f.add("main.sql", "SELECT :id AS id, :id + 1 AS next")
	if err := f.start("main"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.invoke(`{"id":1}`); err != nil {
			b.Fatal(err)
		}
	}
	f.stop()
}

// BenchmarkPassThrough is a megabyte of JSON that goes through untouched: the event as it
// came, a field of it, and the strings of an event table.
func BenchmarkPassThrough(b *testing.B) {
	big := `{"id":1,"items":[` + strings.Repeat(`{"sku":"tea","count":12,"price":1.25,"note":"a \"plain\" one"},`, 17_000) + `0]}`
	for name, sql := range map[string]string{
		"event": "SELECT $event AS event",
		"whole": "CREATE VIRTUAL TABLE r USING event('', event JSON PATH '');\n-- name: main :value\nSELECT event FROM r",
		"field": "CREATE VIRTUAL TABLE r USING event('', items JSON);\n-- name: main :one\nSELECT items FROM r LIMIT 1",
	} {
		b.Run(name, func(b *testing.B) {
			f := newFunction(b)
			f.add("main.sql", sql)
			if err := f.start("main"); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(big)))
			for b.Loop() {
				if _, err := f.invoke(big); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRows is a thousand rows of four columns.
func BenchmarkRows(b *testing.B) {
	f := newFunction(b)
	f.timeout = 3 * time.Second
	f.add("main.sql", "CREATE TABLE t AS SELECT value AS id, 'name ' || value AS name, value * 0.25 AS price, json_array(value) AS tags FROM generate_series(1, 1000);\n-- name: main :many\nSELECT id, name, price, json(tags) AS tags FROM t")
	if err := f.start("main"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := f.invoke(`{}`); err != nil {
			b.Fatal(err)
		}
	}
	f.stop()
}
