package main

import (
	"sqlambda/cmd/sqlambda/internal/suite"
)

// testDocument is what "sqlambda test --json" prints. File names are relative to where
// the command runs.
type testDocument struct {
	Passed     int          `json:"passed"`
	Failed     int          `json:"failed"`
	Pending    int          `json:"pending"`
	Updated    int          `json:"updated"`
	DurationMs milliseconds `json:"durationMs"`
	Cases      []testCase   `json:"cases"`
	Coverage   testCoverage `json:"coverage"`
}

// testExample is such a document, for the help.
const testExample = `{
  "passed": 11,
  "failed": 1,
  "pending": 0,
  "updated": 0,
  "durationMs": 48.31,
  "cases": [
    {
      "name": "events/orders.list-late",
      "handler": "orders.list",
      "file": "events/orders.list-late.json",
      "outcome": "failed",
      "durationMs": 2.204,
      "problems": [
        {
          "file": "events/orders.list-late.response.json",
          "line": 3,
          "path": "$[0].total",
          "message": "got 80.0, want 81.0",
          "diff": ""
        }
      ],
      "written": []
    }
  ],
  "coverage": {
    "handlers": {"ran": 1, "all": 1},
    "statements": {"ran": 1, "all": 2},
    "queries": [
      {
        "handler": "orders.list",
        "query": "list",
        "cases": 1,
        "statements": [
          {
            "file": "orders.sql",
            "line": 4,
            "column": 1,
            "statement": "SELECT 1",
            "times": 1
          }
        ]
      }
    ]
  }
}`

type testCase struct {
	Name       string        `json:"name"`
	Handler    string        `json:"handler"`
	File       string        `json:"file"`
	Outcome    suite.Outcome `json:"outcome"`
	DurationMs milliseconds  `json:"durationMs"`
	Problems   []testProblem `json:"problems"`
	Written    []string      `json:"written"`
}

type testProblem struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // 0 where it is not known
	Path    string `json:"path"`
	Message string `json:"message"`
	Diff    string `json:"diff"`
}

type testCoverage struct {
	Handlers   testShare   `json:"handlers"`
	Statements testShare   `json:"statements"`
	Queries    []testQuery `json:"queries"`
}

// testShare is how many of all have run.
type testShare struct {
	Ran int `json:"ran"`
	All int `json:"all"`
}

type testQuery struct {
	Handler    string          `json:"handler"`
	Query      string          `json:"query"` // empty for a script
	Cases      int             `json:"cases"`
	Statements []testStatement `json:"statements"`
}

type testStatement struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	Statement string `json:"statement"`
	Times     int    `json:"times"`
}

func testDocumentOf(report *suite.Report) *testDocument {
	d := &testDocument{
		Passed:     report.Count(suite.Passed),
		Failed:     report.Count(suite.Failed),
		Pending:    report.Count(suite.Pending),
		Updated:    report.Count(suite.Updated),
		DurationMs: inMilliseconds(report.Duration),
		Cases:      []testCase{},
		Coverage:   testCoverageOf(&report.Coverage),
	}
	for _, r := range report.Results {
		c := testCase{
			Name: r.Case.Name, Handler: r.Case.Handler.Name, File: relativeTo(".", r.Case.File),
			Outcome: r.Outcome, DurationMs: inMilliseconds(r.Duration), Problems: []testProblem{}, Written: []string{},
		}
		for _, p := range r.Problems {
			c.Problems = append(c.Problems, testProblem{relativeTo(".", p.File), p.Line, p.Path, p.Message, p.Diff})
		}
		for _, file := range r.Written {
			c.Written = append(c.Written, relativeTo(".", file))
		}
		d.Cases = append(d.Cases, c)
	}
	return d
}

func testCoverageOf(c *suite.Coverage) testCoverage {
	handlers, statements, all := c.Ran()
	d := testCoverage{testShare{handlers, len(c.Handlers)}, testShare{statements, all}, []testQuery{}}
	for _, h := range c.Handlers {
		q := testQuery{h.Name, h.Query, h.Cases, []testStatement{}}
		for _, s := range h.Statements {
			q.Statements = append(q.Statements, testStatement{relativeTo(".", s.File), s.Line, s.Column, s.Text, s.Times})
		}
		d.Queries = append(d.Queries, q)
	}
	return d
}
