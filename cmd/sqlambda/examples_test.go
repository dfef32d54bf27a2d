package main

import (
	"path/filepath"
	"testing"

	"sqlambda/cmd/sqlambda/internal/suite"
)

// TestExamples runs the cases of each of the examples; all of their statements run.
func TestExamples(t *testing.T) {
	events, err := filepath.Glob("../../examples/*/events")
	if err != nil || len(events) == 0 {
		t.Fatal("no examples", err)
	}
	for _, cases := range events {
		folder := filepath.Dir(cases)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			args := []string{"test", folder}
			if *update {
				args = append(args, "--update")
			}
			succeeds(t, args...)
			report, err := suite.Run(folder, suite.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if s := report.Coverage.Statements; s.Ran != s.All {
				t.Errorf("%d of %d statements ran", s.Ran, s.All)
			}
		})
	}
}
