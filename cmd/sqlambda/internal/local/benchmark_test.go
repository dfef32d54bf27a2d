package local

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkInvoke measures what an invocation takes over a kept connection, and how much
// of it goes into looking whether a file was saved, for folders of several sizes. The log
// is written to memory.
func BenchmarkInvoke(b *testing.B) {
	for _, files := range []int{1, 100, 1000} {
		var archive strings.Builder
		for i := range files {
			fmt.Fprintf(&archive, "-- %d/hello%d.sql --\nSELECT %d AS x;\n", i%10, i, i)
		}
		b.Run(fmt.Sprint(files, "-files"), func(b *testing.B) {
			s := serve(b, archive.String())
			s.respond("0%2Fhello0", "{}", `{"x":0}`)
			b.Run("look", func(b *testing.B) {
				for b.Loop() {
					s.catalog()
				}
			})
			b.Run("invoke", func(b *testing.B) {
				for b.Loop() {
					s.respond("0%2Fhello0", "{}", `{"x":0}`)
				}
			})
		})
	}
}
