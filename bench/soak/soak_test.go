package main

import (
	"os"
	"strings"
	"testing"
)

// TestMain makes the test's program the process that is soaked, where it is started so.
func TestMain(m *testing.M) {
	if os.Getenv(childFolder) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestSoak is a run of some seconds: every kind of invocation, several times.
func TestSoak(t *testing.T) {
	if _, err := os.Stat("/proc/self/statm"); err != nil {
		t.Skip("a soak needs Linux, for /proc")
	}
	var out strings.Builder
	if err := soak(t.Context(), 30_000, 1, &out); err != nil {
		t.Error(err)
	}
	t.Log("\n" + out.String())
}

// TestJudge shows that a run fails where something grows.
func TestJudge(t *testing.T) {
	grown := &table{first: levels{Statements: 7}, last: levels{Statements: 8}}
	if err := grown.judge(); err == nil || !strings.Contains(err.Error(), "prepared statements grew from 7 to 8") {
		t.Errorf("one statement more: %v", err)
	}
	level := &table{first: levels{Resident: 30 << 20, Files: 9}, last: levels{Resident: 31 << 20, Files: 9}}
	if err := level.judge(); err != nil {
		t.Error(err)
	}
}
