// Package sigma is the front end for Sigma rules, the public format of detection rules
// in YAML (specification 2.1). Each rule becomes a rule of a triage, the condition of
// which is an expression over the functions of package functions/match, which the
// environment must have. A Mapping says which messages a log source means, and which of
// their fields the fields of rules are.
//
// A rule that cannot be applied as it is meant is not loaded, and named with the reason.
package sigma

import (
	"regexp"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
)

// SourceLength is how long the condition of a rule may become, in bytes; longer ones are
// not loaded. Environments need this fn.Limits.SourceLength for long lists of indicators.
const SourceLength = 1 << 20

// RuleSet is what was made of a file, or of several that were joined.
type RuleSet struct {
	// Parsed has one step, a triage of all rules that were loaded. Why others were not
	// is among the findings, as warnings; if none was loaded, as errors.
	rules.Parsed
	// Rules describe the rules that were loaded, in their order. Owner is the author.
	Rules []yaml.Description
	// Skipped are the rules that were not loaded.
	Skipped []Skipped
	// Undeclared is for how many rules the mapping has no sensor: they are for messages
	// that name their log source.
	Undeclared int

	ids []yamltext.Place // of Rules
}

// Skipped is a rule that was not loaded.
type Skipped struct {
	File      string
	Line      int // in which its document begins
	Title, ID string
	Reason    Reason
	Why       string
}

// Reason is why a rule was not loaded.
type Reason uint8

// The reasons.
const (
	Mistake     Reason = iota + 1
	Status             // it is deprecated or unsupported
	Correlation        // it correlates other rules
	Filter             // it narrows other rules
	Aggregation        // its condition counts
	Taxonomy           // the mapping is for another taxonomy
	LogSource          // the mapping has no sensor
	Field              // the mapping lacks a field
	Placeholder        // the mapping lacks the values of a placeholder
	Length             // its condition gets too long
)

var reasons = [...]string{
	Mistake: "mistake", Status: "status", Correlation: "correlation", Filter: "filter", Aggregation: "aggregation", Taxonomy: "taxonomy",
	LogSource: "log source", Field: "field", Placeholder: "placeholder", Length: "length",
}

// String returns the reason in a word or two.
func (r Reason) String() string { return reasons[r] }

// form tells a Sigma rule from a rule set of ours.
var form = regexp.MustCompile(`(?m)^["']?(?:detection|logsource|correlation)["']?[ \t]*:`)

// Is reports whether a text in YAML is a Sigma rule, or means to be one.
func Is(text []byte) bool { return form.Match(text) }

// Parse reads a file, which may have any number of documents. With a nil mapping it is that
// of Builtin("windows").
func Parse(file string, text []byte, mapping *Mapping) *RuleSet {
	if mapping == nil {
		mapping, _ = Builtin("windows")
	}
	p := &parser{mapping: mapping, set: &RuleSet{}, triage: &rules.Triage{Name: "sigma"}, undeclared: map[string]bool{}}
	p.set.Checked = mapping.checked
	p.file(file, text)
	if len(p.triage.Rules) > 0 {
		p.set.Steps = []rules.Step{p.triage}
		p.set.warnOfIDs()
		return p.set
	}
	for _, d := range p.mistakes {
		d.Kind, d.Severity = diag.ErrSyntax, diag.Error
	}
	return p.set
}

// parser makes a set of a file.
type parser struct {
	mapping *Mapping
	set     *RuleSet
	triage  *rules.Triage
	// mistakes are the findings that are the reason for not loading something.
	mistakes   diag.List
	undeclared map[string]bool // log sources that were noted
}

func (p *parser) file(file string, text []byte) {
	source := &rules.Source{File: file, Text: string(text)}
	var found diag.List
	documents := (&yamltext.Reader{Source: source, Findings: &found, Meant: meant}).Documents()
	if len(documents) == 0 && len(found) > 0 {
		p.set.Skipped = append(p.set.Skipped, Skipped{File: file, Line: 1, Reason: Mistake, Why: found[0].Message})
		p.take(found)
	}
	for i, n := range documents {
		var of diag.List // what was found of the document already
		for _, d := range found {
			if (i == 0 || d.Range.Start >= n.Start) && (i+1 == len(documents) || d.Range.Start < documents[i+1].Start) {
				of = append(of, d)
			}
		}
		p.document(source, n, of)
	}
}

// take adds what was found as warnings.
func (p *parser) take(found diag.List) {
	for _, d := range found {
		if d.Severity == diag.Error {
			p.mistakes = append(p.mistakes, d)
		}
		d.Kind, d.Severity = 0, diag.Warning
	}
	p.set.Findings = append(p.set.Findings, found...)
}

// document reads a document, of which some mistakes may be known.
func (p *parser) document(source *rules.Source, n *yamltext.Node, found diag.List) {
	r := &ruleReader{
		Reader:  &yamltext.Reader{Source: source, Findings: &found, Meant: meant},
		mapping: p.mapping, parser: p,
	}
	loaded := r.rule(n)
	for _, d := range found {
		if d.Severity == diag.Error && r.skipped.Reason == 0 {
			r.skipped.Reason, r.skipped.Why = Mistake, d.Message
		}
		if d.Severity == diag.Error {
			d.Message = "the rule is not loaded: " + d.Message
		}
	}
	p.take(found)
	if loaded != nil && r.skipped.Reason == 0 {
		p.triage.Rules = append(p.triage.Rules, *loaded)
		p.set.Rules = append(p.set.Rules, r.about)
		p.set.ids = append(p.set.ids, r.id)
		return
	}
	r.skipped.File, r.skipped.Line, r.skipped.Title, r.skipped.ID = source.File, n.Line, r.about.Name, r.about.ID
	p.set.Skipped = append(p.set.Skipped, r.skipped)
}
