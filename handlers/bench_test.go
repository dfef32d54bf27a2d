package handlers_test

import (
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
