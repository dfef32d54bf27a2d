package inspect

import (
	"fmt"
	"strings"
	"testing"

	"sqlambda/handlers/syntax"
)

func TestComments(t *testing.T) {
	file, _ := syntax.Parse("a.sql", "\ufeff-- one: x\nSELECT '--', 1 -- two y\n  /* three\n */ --four :\n+ 1; /* five: z */")
	var got []string
	for _, c := range commentsOf(file) {
		got = append(got, fmt.Sprintf("%s %q own %v, colon %v, block %v", c.word, c.rest, c.ownLine, c.colon, c.block))
		if at := file.Text[c.offset:]; !strings.HasPrefix(at, "--") && !strings.HasPrefix(at, "/*") {
			t.Errorf("%s is not at %d", c.word, c.offset)
		}
	}
	want := `one "x" own true, colon true, block false; two "y" own false, colon false, block false; ` +
		`three "" own true, colon false, block true; four "" own false, colon true, block false; five "z" own false, colon true, block true`
	if got := strings.Join(got, "; "); got != want {
		t.Errorf("the comments are %s\nwant %s", got, want)
	}
}

// FuzzComments: what is ignored is a part of the file, whatever the text.
func FuzzComments(f *testing.F) {
	f.Add("-- sqlambda: ignore full-scan\n-- name: a\nSELECT 1; /* sqlambda: x */ SELECT 2;")
	f.Fuzz(func(t *testing.T, text string) {
		file, _ := syntax.Parse("fuzz.sql", text)
		ignores, _ := comments(file)
		for _, i := range ignores {
			if i.from < 0 || i.from > i.to || i.to > len(text) {
				t.Errorf("%q: %d to %d", text, i.from, i.to)
			}
		}
	})
}
