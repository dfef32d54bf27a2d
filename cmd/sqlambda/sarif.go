package main

import (
	"net/url"
	"path/filepath"

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
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
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
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line   int `json:"startLine"`
		Column int `json:"startColumn"`
	}
)

// newSARIF is a report as SARIF. File names are relative to root.
func newSARIF(report *inspect.Report, root string) sarifLog {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "sqlambda", Rules: []sarifRule{}}
	index := map[string]int{}
	rule := func(name, summary string) int {
		if _, ok := index[name]; !ok {
			index[name] = len(run.Tool.Driver.Rules)
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{name, sarifText{summary}})
		}
		return index[name]
	}
	for _, r := range inspect.Rules() {
		rule(r.Name, r.Summary)
	}
	for _, p := range report.Problems {
		result := sarifResult{
			RuleID: p.Name, RuleIndex: rule(p.Name, "an error of Lambda's init"), Level: string(p.Severity), Message: sarifText{p.Text()},
		}
		if p.File != "" {
			uri := url.URL{Path: filepath.ToSlash(relativeTo(root, p.File))}
			location := sarifLocation{sarifPhysical{Artifact: sarifArtifact{uri.String()}}}
			if p.Line > 0 {
				location.Physical.Region = &sarifRegion{p.Line, p.Column}
			}
			result.Locations = append(result.Locations, location)
		}
		run.Results = append(run.Results, result)
	}
	return sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	}
}
