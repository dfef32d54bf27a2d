package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestLinks finds packages in the command that only tests need.
func TestLinks(t *testing.T) {
	list, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(list))
	if len(linked) < 100 {
		t.Fatalf("only %d packages are linked", len(linked))
	}
	for _, name := range []string{"testing", "net/http/httptest", "sqlambda/internal/lambdatest"} {
		if slices.Contains(linked, name) {
			t.Errorf("the command links %s", name)
		}
	}
}
