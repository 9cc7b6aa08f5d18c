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
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/schema"
)

// IsName reports whether a file of a name is meant as a rule set in YAML.
func IsName(file string) bool {
	ending := strings.ToLower(filepath.Ext(file))
	return ending == ".yaml" || ending == ".yml"
}

// ReadFile reads another file that a rule set names.
type ReadFile func(file string) ([]byte, error)

// ReadLocal reads a file of the machine; of one that is too long for a list, only as
// much as tells that.
func ReadLocal(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	return io.ReadAll(io.LimitReader(f, maxListFile+1))
}

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
}

// Parse reads a rule set. Other files that it names are found from the folder of its
// file on. All mistakes in its form are found at once.
func Parse(file string, content []byte, read ReadFile) *RuleSet {
	r := newReader(file, content, read)
	if n := r.document(); n != nil {
		r.ruleSet(n)
	}
	return r.set
}

// sections are the keys on the top level, and those of a file with definitions only.
var (
	sections       = namesOf(setProperties)
	sharedSections = []string{"import", "define"}
)

func (r *reader) ruleSet(n *node) {
	if !r.isMapping(n, "a rule set") {
		return
	}
	r.set.Shared = len(n.members) > 0 && !slices.ContainsFunc(n.members, func(m member) bool {
		return !slices.Contains(sharedSections, m.name.text)
	})
	n = r.layers(n, 0)
	r.schema(n.get("schema"))
	r.steps(n)
	r.output(n.get("output"))
	r.tests(n.get("tests"))
	if r.set.Shared && len(r.set.Findings) == 0 {
		r.report(n.span(), "there are only definitions in the file, for other files to import: write enrich, drop, filter or triage")
		return
	}
	if len(r.set.Steps) == 0 && len(r.set.Findings) == 0 {
		r.report(n.span(), "there is nothing to do in the file: write enrich, drop, filter or triage")
	}
}

// definitionsOf reads the definitions of a file, and of those that it imports.
func (r *reader) definitionsOf(n *node) {
	imports := n.get("import")
	r.texts(imports, "import")
	for _, item := range r.itemsOf(imports) {
		if item.isScalar() && strings.TrimSpace(item.text) != "" {
			r.importFile(item)
		}
	}
	if definitions := n.get("define"); definitions != nil {
		r.define(definitions)
	}
}

// importFile reads the definitions of another file, once.
func (r *reader) importFile(n *node) {
	name := strings.TrimSpace(n.text)
	file := near(n, name)
	if r.imported[file] {
		return
	}
	r.imported[file] = true
	content, ok := r.open(n, name)
	if !ok {
		return
	}
	other := r.of(file, content)
	other.layer = r.layer
	if root := other.document(); root != nil && other.isMapping(root, "a file of definitions") {
		for _, m := range root.members {
			if slices.Contains(sections, m.name.text) && !slices.Contains(sharedSections, m.name.text) {
				other.report(m.name.span(), "a file that is imported has only define and import, and no %s", m.name.text)
			} else if !slices.Contains(sharedSections, m.name.text) {
				other.unknown(m.name.span(), "there is no key "+quoted(m.name.text), m.name.text, sharedSections)
			}
		}
		other.definitionsOf(root)
	}
}

// steps reads the steps of a set, in their order.
func (r *reader) steps(n *node) {
	r.expandDefinitions()
	r.set.Sensor, _ = r.text(n.get("sensor"), "sensor")
	for _, m := range n.members {
		if m.value.kind == null {
			continue
		}
		switch m.name.text {
		case "enrich":
			r.enrich(m.value)
		case "drop":
			r.conditions(m.value, "drop", rules.DropTrue)
		case "filter":
			r.conditions(m.value, "filter", rules.PassTrue)
		case "triage":
			r.triage(m.value)
		}
	}
}
