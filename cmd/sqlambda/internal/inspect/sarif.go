package inspect

import "net/url"

// Object is a JSON object.
type Object = Members[any]

// SARIF returns the report as SARIF 2.1.0, as far as a list of problems needs it:
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
func (r *Report) SARIF() Object {
	rules, results, index := []Object{}, []Object{}, map[string]int{}
	rule := func(name, summary string) int {
		if _, ok := index[name]; !ok {
			index[name] = len(rules)
			rules = append(rules, Object{{"id", name}, {"shortDescription", Object{{"text", summary}}}})
		}
		return index[name]
	}
	for _, known := range Rules() {
		rule(known.Name, known.Summary)
	}
	for _, p := range r.Problems {
		result := Object{
			{"ruleId", p.Code}, {"ruleIndex", rule(p.Code, "an error of Lambda's init")}, {"level", p.Severity},
			{"message", Object{{"text", p.Text()}}},
		}
		if p.File != "" {
			location := Object{{"artifactLocation", Object{{"uri", (&url.URL{Path: p.File}).String()}}}}
			if p.Line > 0 {
				location = append(location, Member[any]{"region", Object{{"startLine", p.Line}, {"startColumn", p.Column}}})
			}
			result = append(result, Member[any]{"locations", []Object{{{"physicalLocation", location}}}})
		}
		results = append(results, result)
	}
	driver := Object{{"name", "sqlambda"}, {"rules", rules}}
	return Object{
		{"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"},
		{"version", "2.1.0"},
		{"runs", []Object{{{"tool", Object{{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", results}}}},
	}
}
