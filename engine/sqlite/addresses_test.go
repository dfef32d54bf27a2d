package sqlite

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Only package sqlite3 deals in addresses, but for the bytes that a text takes over.
func TestAddresses(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	address := regexp.MustCompile(`unsafe\.Pointer|uintptr|modernc\.org|zombiezen|go:linkname`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := address.Find(text); found != nil && file != "addresses_test.go" {
			t.Errorf("%s: %s", file, found)
		}
		if strings.HasSuffix(file, ".s") {
			t.Errorf("%s: assembly", file)
		}
	}
}
