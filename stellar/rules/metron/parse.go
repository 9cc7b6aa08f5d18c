// Package metron is the front end for the configuration files of Apache Metron: those
// of parsers, of enrichments with threat triage, the global one, and the scoring rules
// of its successor on Flink. They are JSON, in which // and /* */ comments may stand;
// which of them a file is, its properties say.
//
// What holds expressions becomes rules. What concerns other parts of Metron is passed
// over, with a note. A property that there is not is an error.
package metron

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
)

// IsName reports whether a file of a name is meant as a configuration.
func IsName(file string) bool { return strings.EqualFold(filepath.Ext(file), ".json") }

// Parse reads a configuration. All mistakes in its form are found at once.
func Parse(file string, text []byte) rules.Parsed {
	r := &reader{source: &rules.Source{File: file, Text: string(text)}, json: WithoutComments(string(text))}
	if n := r.document(); n != nil {
		r.configuration(n)
	}
	return r.parsed
}

// form is a kind of configuration.
type form struct {
	properties []string // on the top level, that others do not have
	read       func(r *reader, n *node)
}

// forms returns all forms. A file is of that of which it has most properties.
func forms() []form {
	return []form{
		{parserProperties, (*reader).parser},
		{enrichmentProperties, (*reader).enrichments},
		{[]string{"ruleScript", "tsStart", "tsEnd"}, (*reader).scoringRule},
		{[]string{"fieldValidations"}, (*reader).global},
		{[]string{"profiles", "timestampField"}, (*reader).profiles},
	}
}

func (r *reader) configuration(n *node) {
	if n.kind == '[' {
		r.scoringRules(n)
		return
	}
	if !r.isObject(n, "a configuration") {
		return
	}
	var best *form
	most := 0
	var all []string
	for _, f := range forms() {
		number := 0
		for _, m := range n.members {
			if slices.Contains(f.properties, m.name.text) {
				number++
			}
		}
		if number > most {
			best, most = &f, number
		}
		all = append(all, f.properties...)
	}
	switch {
	case best != nil:
		best.read(r, n)
	case isIndexing(n), hasDots(n):
		r.warn(diag.Range{Start: n.start, End: n.start + 1}, "there are no rules in this file")
	default:
		r.strange(n, all)
	}
}

// isIndexing reports whether n is a configuration of what is written where, which has
// no rules.
func isIndexing(n *node) bool {
	for _, m := range n.members {
		if m.value.kind != '{' || m.value.get("enabled") == nil && m.value.get("index") == nil && m.value.get("batchSize") == nil {
			return false
		}
	}
	return len(n.members) > 0
}

// hasDots reports whether n has a property such as es.ip, which only the global
// configuration has.
func hasDots(n *node) bool {
	return slices.ContainsFunc(n.members, func(m member) bool { return strings.Contains(m.name.text, ".") })
}

// strange reports that n is none of the configurations there are.
func (r *reader) strange(n *node, known []string) {
	before := len(r.parsed.Findings)
	for _, m := range n.members {
		r.unknown(m.name.span(), "there is no property "+quoted(m.name.text), m.name.text, known)
		if d := r.parsed.Findings[len(r.parsed.Findings)-1]; d.Suggestion == "" {
			r.parsed.Findings = r.parsed.Findings[:len(r.parsed.Findings)-1]
		}
	}
	if len(r.parsed.Findings) == before {
		r.report(diag.Range{Start: n.start, End: n.start + 1}, "%s", "this is no configuration with rules: that of a parser has fieldTransformations "+
			"or parserConfig, that of enrichments enrichment or threatIntel, the global one fieldValidations, a scoring rule ruleScript")
	}
}

func (r *reader) profiles(n *node) {
	r.report(diag.Range{Start: n.start, End: n.start + 1}, "profiles are no rules for single messages, and cannot be run as such")
}
