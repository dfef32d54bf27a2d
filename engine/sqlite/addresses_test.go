package sqlite

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Only package sqlite3 deals in addresses.
func TestAddresses(t *testing.T) {
	files, err := filepath.Glob("*.[gs]*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	address := regexp.MustCompile(`"unsafe"|uintptr|modernc\.org|zombiezen|go:linkname`)
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
