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

// NoConfiguration is the Check of a file that has no property of any configuration, nor
// one that is like such a property.
const NoConfiguration = "no-configuration"

// IsName reports whether a file of a name is meant as a configuration.
func IsName(file string) bool { return strings.EqualFold(filepath.Ext(file), ".json") }

// Parse reads a configuration. All mistakes in its form are found at once.
func Parse(file string, text []byte) rules.Parsed {
	r := newReader(file, text)
	if n := r.document(); n != nil {
		r.configuration(n)
	}
	return r.parsed
}

// Form is a kind of configuration. The forms are in the order in which Metron applies
// configurations to a message.
type Form uint8

// The forms. Other is what is none of them, or has no rules for single messages.
const (
	Other Form = iota
	Parser
	Global
	Enrichment
	Scoring
)

var formNames = [...]string{
	Other: "other configurations", Parser: "configurations of parsers", Global: "global configurations",
	Enrichment: "configurations of enrichments", Scoring: "scoring rules",
}

// String returns what files of the form are.
func (f Form) String() string { return formNames[f] }

// FormOf returns the form of a configuration.
func FormOf(text []byte) Form {
	r := newReader("", text)
	n := r.document()
	if n == nil {
		return Other
	}
	if n.kind == '[' {
		return Scoring
	}
	if best, _ := formOf(n); best != nil {
		return best.form
	}
	return Other
}

// Sensor returns the sensor whose messages a configuration of a parser is for, "" if it
// does not say.
func Sensor(text []byte) string {
	r := newReader("", text)
	if n := r.document(); n != nil {
		sensor, _ := r.text(n.get("sensorTopic"), "sensorTopic")
		return sensor
	}
	return ""
}

// form is how a kind of configuration is told and read.
type form struct {
	form       Form
	properties []string // on the top level, that others do not have
	read       func(r *reader, n *node)
}

// forms returns all forms. A file is of that of which it has most properties.
func forms() []form {
	return []form{
		{Parser, parserProperties, (*reader).parser},
		{Enrichment, enrichmentProperties, (*reader).enrichments},
		{Scoring, []string{"ruleScript", "tsStart", "tsEnd"}, (*reader).scoringRule},
		{Global, []string{"fieldValidations"}, (*reader).global},
		{Other, profilerProperties, (*reader).profiles},
	}
}

// formOf returns the form of an object, nil if it has none, and the properties of all
// forms.
func formOf(n *node) (best *form, known []string) {
	most := 0
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
		known = append(known, f.properties...)
	}
	return best, known
}

func (r *reader) configuration(n *node) {
	if n.kind == '[' {
		r.scoringRules(n)
		return
	}
	if !r.isObject(n, "a configuration") {
		return
	}
	switch best, all := formOf(n); {
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
		d := r.report(diag.Range{Start: n.start, End: n.start + 1}, "%s", "this is no configuration with rules: that of a parser has fieldTransformations "+
			"or parserConfig, that of enrichments enrichment or threatIntel, the global one fieldValidations, a scoring rule ruleScript")
		d.Check = NoConfiguration
	}
}

func (r *reader) profiles(n *node) {
	r.report(diag.Range{Start: n.start, End: n.start + 1}, "profiles measure many messages, and are no rules for single ones: stellar profile measures, and stellar check checks them")
}
