package main

import (
	"net/url"

	"sqlambda/cmd/sqlambda/internal/inspect"
)

// The types below are the part of SARIF 2.1.0 that a list of problems needs:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver struct {
				Name  string      `json:"name"`
				Rules []sarifRule `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifRule struct {
		ID          string    `json:"id"`
		Description sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region *sarifRegion `json:"region,omitempty"`
		} `json:"physicalLocation"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn"`
	}
)

// newSARIF is a report as SARIF.
func newSARIF(report *inspect.Report) sarifLog {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	driver := &run.Tool.Driver
	driver.Name = "sqlambda"
	index := map[string]int{}
	rule := func(name, summary string) int {
		if _, ok := index[name]; !ok {
			index[name] = len(driver.Rules)
			driver.Rules = append(driver.Rules, sarifRule{name, sarifText{summary}})
		}
		return index[name]
	}
	for _, r := range inspect.Rules() {
		rule(r.Name, r.Summary)
	}
	for _, p := range report.Problems {
		result := sarifResult{p.Code, rule(p.Code, "an error of Lambda's init"), string(p.Severity), sarifText{p.Text()}, nil}
		if p.File != "" {
			var location sarifLocation
			location.Physical.Artifact.URI = (&url.URL{Path: p.File}).String()
			if p.Line > 0 {
				location.Physical.Region = &sarifRegion{p.Line, p.Column}
			}
			result.Locations = append(result.Locations, location)
		}
		run.Results = append(run.Results, result)
	}
	const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	return sarifLog{schema, "2.1.0", []sarifRun{run}}
}
