package inspect_test

import (
	"testing"

	"sqlambda/cmd/sqlambda/internal/inspect"
	"sqlambda/cmd/sqlambda/internal/project"
)

// TestLostWritesWithoutHandler: a handler that does not exist writes nothing.
func TestLostWritesWithoutHandler(t *testing.T) {
	fn := project.Function{Name: "a", Root: t.TempDir(), Handler: "a", MemoryMB: 128}
	if got := inspect.LostWrites(fn, func(string) (string, bool) { return "", false }); got != nil {
		t.Errorf("there are warnings: %q", got)
	}
}
