package metron

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

// enrichmentProperties are those of the configuration of enrichments.
var enrichmentProperties = []string{"enrichment", "threatIntel", "configuration"}

// enrichments reads the configuration of enrichments: those of the section enrichment,
// of threatIntel, and triage.
func (r *reader) enrichments(n *node) {
	r.onlyKnown(n, "", enrichmentProperties...)
	var all, own, intel stellar.Resolver
	if configuration := n.get("configuration"); r.isObject(configuration, "configuration") {
		all = r.variables(configuration)
	}
	section := []string{"fieldMap", "fieldToTypeMap", "config"}
	enrichment, threatIntel := n.get("enrichment"), n.get("threatIntel")
	if r.isObject(enrichment, "enrichment") {
		r.onlyKnown(enrichment, "enrichment", section...)
		own = r.sectionConfig(enrichment, "enrichment")
		r.section(enrichment, "enrichment", layered(own, all))
	}
	var triage *node
	if r.isObject(threatIntel, "threatIntel") {
		r.onlyKnown(threatIntel, "threatIntel", append(section, "triageConfig")...)
		intel = r.sectionConfig(threatIntel, "threatIntel")
		r.section(threatIntel, "threatIntel", layered(intel, own, all)) // Metron sees config of enrichment here
		triage = threatIntel.get("triageConfig")
	}
	r.step(rules.Alert{})
	if r.isObject(triage, "threatIntel.triageConfig") {
		r.triage(triage, "threatIntel.triageConfig", layered(all, intel))
	}
}

func (r *reader) sectionConfig(section *node, path string) stellar.Resolver {
	config := section.get("config")
	if !r.isObject(config, path+".config") {
		return nil
	}
	return r.variables(config)
}

// section reads the expressions of a section, which see variables.
func (r *reader) section(section *node, path string, variables stellar.Resolver) {
	if r.isObject(section.get("fieldToTypeMap"), path+".fieldToTypeMap") {
		r.note("%s.fieldToTypeMap does not concern rules", path)
	}
	fields := section.get("fieldMap")
	if !r.isObject(fields, path+".fieldMap") {
		return
	}
	for _, m := range fields.members {
		at := path + ".fieldMap." + quoted(m.name.text)
		if !isStellar(m) {
			r.note("%s is an enrichment of Metron's own and does not concern rules", at)
			continue
		}
		if !r.isObject(m.value, at) {
			continue
		}
		r.onlyKnown(m.value, at, "type", "config")
		switch config := m.value.get("config"); {
		case config == nil:
			r.warn(m.name.span(), "%s has no config, and so does nothing", at)
		default:
			if blocks := r.groups(config, at+".config", variables); len(blocks) > 0 {
				r.step(blocks)
			}
		}
	}
}

// isStellar reports whether a member of a fieldMap has expressions.
func isStellar(m member) bool {
	if m.value.kind != '{' {
		return m.name.text == "stellar" && m.value.kind != '['
	}
	if kind := m.value.get("type"); kind != nil {
		return kind.text == "STELLAR"
	}
	return strings.EqualFold(m.name.text, "stellar")
}

// groups reads the expressions of a config: a list of assignments, or an object of
// expressions and of groups of them.
func (r *reader) groups(config *node, path string, variables stellar.Resolver) rules.Blocks {
	var blocks rules.Blocks
	group := func(name string) *rules.Block {
		at := slices.IndexFunc(blocks, func(b rules.Block) bool { return b.Name == name })
		if at < 0 {
			at = len(blocks)
			blocks = append(blocks, rules.Block{
				Rule: rules.Rule{Name: name}, Flatten: true, Nulls: rules.NullHides, Variables: variables,
			})
		}
		return &blocks[at]
	}
	switch config.kind {
	case '[':
		r.assignments(config, path, group(path))
	case '{':
		for _, m := range config.members {
			at := path + "." + quoted(m.name.text)
			if m.value.kind == '{' || m.value.kind == '[' {
				r.assignments(m.value, at, group(at))
			} else if e, ok := r.enriching(m.value, at); ok {
				b := group(path)
				b.Assignments = append(b.Assignments, rules.Assignment{Name: m.name.text, Expression: e})
			}
		}
	default:
		r.wrongKind(config, path, "an object or a list of assignments")
	}
	return slices.DeleteFunc(blocks, func(b rules.Block) bool { return len(b.Assignments) == 0 })
}

// assignments reads the expressions of a group.
func (r *reader) assignments(n *node, path string, to *rules.Block) {
	for _, m := range n.members {
		if e, ok := r.enriching(m.value, path+"."+quoted(m.name.text)); ok {
			to.Assignments = append(to.Assignments, rules.Assignment{Name: m.name.text, Expression: e})
		}
	}
	for i, item := range n.items {
		path := fmt.Sprintf("%s[%d]", path, i)
		text, ok := r.text(item, path)
		if !ok {
			continue
		}
		name, _, ok := strings.Cut(text, ":=")
		if !ok {
			r.warn(item.span(), "%s assigns nothing, and so does nothing: write name := expression", path)
			continue
		}
		e := r.expression(item, len(name)+len(":="))
		if e.Text == "" {
			e.Text = "null"
		}
		to.Assignments = append(to.Assignments, rules.Assignment{Name: strings.TrimSpace(name), Expression: e})
	}
}

// enriching returns the expression that a value is. Metron passes over what is no
// string.
func (r *reader) enriching(n *node, path string) (e rules.Expression, ok bool) {
	if n.kind == '"' {
		return r.assigned(n, path)
	}
	r.warn(n.span(), "%s is %s and no expression, and so does nothing", path, kindName(n))
	return e, false
}
