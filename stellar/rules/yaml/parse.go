// Package yaml is the front end for rule sets in YAML: steps that compute fields, drop
// and filter messages, and score them by rules, in the order in which they stand.
//
//	sensor: squid
//	enrich:
//	  site: |
//	    domain := DOMAIN_REMOVE_SUBDOMAINS(URL_TO_HOST(url))
//	    is_short := LENGTH(domain) < 8
//	drop: method == 'CONNECT'
//	triage:
//	  rules:
//	    - name: a short name
//	      when: is_short
//	      score: 10
//	      reason: FORMAT('%s is short', domain)
//
// Expressions are YAML texts of any style; mistakes in them have their place in the
// file. A key that there is not, a key that is there twice, and a value of a wrong kind
// are errors.
package yaml

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/rules/schema"
)

// IsName reports whether a file of a name is meant as a rule set in YAML.
func IsName(file string) bool {
	ending := strings.ToLower(filepath.Ext(file))
	return ending == ".yaml" || ending == ".yml"
}

// ReadFile reads another file that a rule set names.
type ReadFile = yamltext.ReadFile

// ReadLocal reads a file of the machine; of one that is too long for a list, only as
// much as tells that.
func ReadLocal(file string) ([]byte, error) { return yamltext.ReadLocal(file) }

// RuleSet is what stands in a file.
type RuleSet struct {
	rules.Parsed
	// Base is the file that the set is laid over, "" if it is not.
	Base string
	// Shared says that the file has only definitions for others to import.
	Shared bool
	// Sensor is where the messages come from, "" if the file does not say.
	Sensor string
	// Schema is what the file says of the fields of messages.
	Schema schema.Schema
	// Tests are to be run on the set.
	Tests []Test
	// Rules describe the rules of the triage, in their order.
	Rules []Description
	// Tables are those that the set declares, and what it imports.
	Tables []Table
	// Definitions are those that the set knows, in their order.
	Definitions []Definition
}

// Definition is a name that stands for an expression, with its parameters if it is a
// function.
type Definition struct {
	Name, Expression string
	// File and Line are where the definition stands.
	File string
	Line int
}

// Parse reads a rule set. Other files that it names are found from the folder of its
// file on. All mistakes in its form are found at once.
func Parse(file string, content []byte, read ReadFile) *RuleSet {
	r := newReader(file, content, read)
	if n := r.Document(); n != nil {
		r.ruleSet(n)
	}
	r.describeDefinitions()
	return r.set
}

// sections are the keys on the top level, and those of a file with definitions only.
var (
	sections       = namesOf(setProperties)
	sharedSections = []string{"import", "define", "tables"}
)

func (r *reader) ruleSet(n *yamltext.Node) {
	if n.Kind == yamltext.List {
		r.Report(n.Span(), "a rule set must be a mapping, lines of the form key: value, and is a list: rules are a list below triage: and rules:")
		return
	}
	if !r.IsMapping(n, "a rule set") {
		return
	}
	r.set.Shared = len(n.Members) > 0 && !slices.ContainsFunc(n.Members, func(m yamltext.Member) bool {
		return !slices.Contains(sharedSections, m.Name.Text)
	})
	n = r.layers(n, nil)
	r.schema(n.Get("schema"))
	r.steps(n)
	r.output(n.Get("output"))
	r.tests(n.Get("tests"))
	if r.set.Shared && len(r.set.Findings) == 0 {
		r.Report(n.Span(), "there are only definitions in the file, for other files to import: write enrich, drop, filter or triage")
		return
	}
	if len(r.set.Steps) == 0 && len(r.set.Findings) == 0 {
		r.Report(n.Span(), "there is nothing to do in the file: write enrich, drop, filter or triage")
	}
}

// definitionsOf reads the definitions of a file, and of those that it imports.
func (r *reader) definitionsOf(n *yamltext.Node) {
	imports := n.Get("import")
	r.Texts(imports, "import")
	for _, item := range yamltext.Items(imports) {
		if item.IsScalar() && strings.TrimSpace(item.Text) != "" {
			r.importFile(item)
		}
	}
	if definitions := n.Get("define"); definitions != nil {
		r.define(definitions)
	}
	r.tables(n.Get("tables"))
}

// importFile reads the definitions of another file, once.
func (r *reader) importFile(n *yamltext.Node) {
	name := strings.TrimSpace(n.Text)
	file := yamltext.Near(n, name)
	switch filepath.Clean(file) {
	case filepath.Clean(r.Source.File):
		r.Report(n.Span(), "a file cannot import itself: name another one")
		return
	case filepath.Clean(r.file):
		r.Report(n.Span(), "%s imports this file, and cannot be imported by it too", yamltext.Quoted(name))
		return
	}
	if r.imported[file] {
		return
	}
	r.imported[file] = true
	content, ok := r.Open(n, name)
	if !ok {
		return
	}
	other := r.of(file, content)
	other.layer = r.layer
	if root := other.Document(); root != nil && other.IsMapping(root, "a file of definitions") {
		for _, m := range root.Members {
			if slices.Contains(sections, m.Name.Text) && !slices.Contains(sharedSections, m.Name.Text) {
				other.Report(m.Name.Span(), "a file that is imported has only define, tables and import, and no %s", m.Name.Text)
			} else if !slices.Contains(sharedSections, m.Name.Text) {
				other.Unknown(m.Name.Span(), "there is no key "+yamltext.Quoted(m.Name.Text), m.Name.Text, sharedSections)
			}
		}
		other.definitionsOf(root)
	}
}

// steps reads the steps of a set, in their order.
func (r *reader) steps(n *yamltext.Node) {
	r.expandDefinitions()
	r.set.Sensor, _ = r.Text(n.Get("sensor"), "sensor")
	for _, m := range n.Members {
		if m.Value.Kind == yamltext.Null {
			continue
		}
		switch m.Name.Text {
		case "enrich":
			r.enrich(m.Value)
		case "drop":
			r.conditions(m.Value, "drop", rules.Filter{Effect: rules.DropTrue})
		case "filter":
			r.conditions(m.Value, "filter", rules.Filter{Effect: rules.PassTrue})
		case "triage":
			r.triage(m.Value)
		}
	}
}
