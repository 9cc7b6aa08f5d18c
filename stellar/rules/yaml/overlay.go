package yaml

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// overlaySections are the keys of a set that is laid over another one. Its rules come
// after those of the other, its definitions take the place of those of their names, and
// its tests that of all tests.
var overlaySections = []string{"overlay", "patch", "sensor", "import", "define", "tables", "triage", "output", "tests"}

// maxLayers bounds how many sets are laid over each other.
const maxLayers = 20

// layers reads the definitions of a set, and of those it is laid over, the lowest
// first. It returns the set with all patches. Above are the files that are laid over it.
func (r *reader) layers(n *yamltext.Node, above []string) *yamltext.Node {
	name := n.Get("overlay")
	if name == nil {
		r.onlySections(n)
		if patch := n.Get("patch"); patch != nil {
			r.Report(patch.Span(), "there is nothing to patch: overlay names the file with the rules")
		}
		r.definitionsOf(n)
		return n
	}
	for _, m := range n.Members {
		switch {
		case slices.Contains(overlaySections, m.Name.Text):
		case slices.Contains(sections, m.Name.Text):
			r.Report(m.Name.Span(), "a set that is laid over another one has no %s, only %s", m.Name.Text, strings.Join(overlaySections, ", "))
		default:
			r.Unknown(m.Name.Span(), "there is no key "+yamltext.Quoted(m.Name.Text), m.Name.Text, overlaySections)
		}
	}
	base := r.base(name, above)
	r.definitionsOf(n)
	if base == nil {
		return &yamltext.Node{Source: n.Source, Start: n.Start, End: n.End}
	}
	if patches := n.Get("patch"); r.IsList(patches, "patch") {
		r.patch(base, patches)
	}
	if triage := n.Get("triage"); r.IsMapping(triage, "triage") {
		r.OnlyKnown(triage, "triage", "rules")
		if r.IsList(triage.Get("rules"), "triage.rules") {
			addRules(base, find(n, "triage"), find(triage, "rules"))
		}
	}
	base.Members = slices.DeleteFunc(base.Members, func(m yamltext.Member) bool { return m.Name.Text == "tests" })
	for _, name := range []string{"sensor", "output", "tests"} {
		if n.Get(name) != nil {
			put(base, find(n, name))
		}
	}
	return base
}

// mappingKeys are those of a mapping for Sigma rules, which is no rule set.
var mappingKeys = []string{"base", "sensors", "fields", "by_logsource", "default", "absent", "placeholders", "scores", "undeclared"}

// onlySections reports the keys on the top level that do not belong there.
func (r *reader) onlySections(n *yamltext.Node) {
	if len(n.Members) > 0 && !slices.ContainsFunc(n.Members, func(m yamltext.Member) bool { return !slices.Contains(mappingKeys, m.Name.Text) }) {
		r.Report(n.Span(), "this is a mapping for Sigma rules, which --fields names, and no rule set: keep it outside of folders of rules")
		return
	}
	isRule := n.Get("when") != nil || n.Get("score") != nil
	if isRule {
		r.Report(n.Span(), "a rule is an item of a list: write triage: and, below it and indented, rules:, and begin the rule below that with -")
	}
	for _, m := range n.Members {
		switch {
		case slices.Contains(sections, m.Name.Text), isRule && slices.Contains(ruleKeys, m.Name.Text):
		case m.Name.Text == "rules":
			r.Report(m.Name.Span(), "rules stand below triage: write triage: in the line before, and indent rules and what follows")
		default:
			r.Unknown(m.Name.Span(), "there is no key "+yamltext.Quoted(m.Name.Text), m.Name.Text, sections)
		}
	}
}

// base reads the set that another one is laid over. It returns nil if there is none,
// which is reported.
func (r *reader) base(n *yamltext.Node, above []string) *yamltext.Node {
	name, ok := r.Text(n, "overlay")
	if !ok {
		return nil
	}
	file := filepath.Clean(yamltext.Near(n, name))
	above = append(above, filepath.Clean(r.Source.File))
	switch {
	case file == filepath.Clean(r.Source.File):
		r.notOver(n, "a set cannot be laid over itself: name another file")
		return nil
	case slices.Contains(above, file):
		r.notOver(n, "%s is laid over this set, and this one cannot be laid over it too", yamltext.Quoted(name))
		return nil
	case len(above) > maxLayers:
		r.notOver(n, "more than %d sets are laid over each other: does one name itself?", maxLayers)
		return nil
	}
	if !IsName(name) {
		r.Report(n.Span(), "%s is no rule set in YAML, whose name ends in .yaml or .yml", yamltext.Quoted(filepath.Base(name)))
		return nil
	}
	if len(above) == 1 {
		r.set.Base = yamltext.Near(n, name)
	}
	content, ok := r.Open(n, name)
	if !ok {
		return nil
	}
	other := r.of(yamltext.Near(n, name), content)
	root := other.Document()
	if root == nil || !other.IsMapping(root, "a rule set") {
		return nil
	}
	base := other.layers(root, above)
	r.layer = other.layer + 1
	return base
}

// notOver reports why sets cannot be laid over each other. Then none has a base, which
// would be left out as a part of the one over it.
func (r *reader) notOver(n *yamltext.Node, format string, arguments ...any) {
	r.Report(n.Span(), format, arguments...)
	r.set.Base = ""
}

// put sets a member of a mapping, in the place of what it has of that name.
func put(n *yamltext.Node, m yamltext.Member) {
	for i := range n.Members {
		if n.Members[i].Name.Text == m.Name.Text {
			n.Members[i] = m
			return
		}
	}
	n.Members = append(n.Members, m)
}

// find returns the member of a name that a mapping has.
func find(n *yamltext.Node, name string) yamltext.Member {
	i := slices.IndexFunc(n.Members, func(m yamltext.Member) bool { return m.Name.Text == name })
	return n.Members[i]
}

// addRules adds rules to those of a set.
func addRules(base *yamltext.Node, triage, added yamltext.Member) {
	of := base.Get("triage")
	if of == nil {
		put(base, triage)
		return
	}
	if before := of.Get("rules"); before != nil && before.Kind == yamltext.List {
		before.Items = append(before.Items, added.Value.Items...)
		return
	}
	put(of, added)
}

// patch changes rules of a set by their ids.
func (r *reader) patch(base, patches *yamltext.Node) {
	byID := map[string]*yamltext.Node{}
	var ids []string
	if rules := base.Get("triage").Get("rules"); rules != nil {
		for _, rule := range rules.Items {
			if id := rule.Get("id"); id != nil && id.IsScalar() {
				byID[strings.TrimSpace(id.Text)] = rule
				ids = append(ids, strings.TrimSpace(id.Text))
			}
		}
	}
	patched := map[string]bool{}
	for i, item := range patches.Items {
		path := fmt.Sprintf("patch[%d]", i)
		if !r.IsMapping(item, path) || r.Missing(item, path, "id") {
			continue
		}
		r.OnlyKnown(item, path, ruleKeys...)
		id, ok := r.Text(item.Get("id"), path+".id")
		if !ok {
			continue
		}
		switch rule := byID[id]; {
		case rule == nil && len(ids) > 0:
			r.Unknown(item.Get("id").Span(), "there is no rule with the id "+yamltext.Quoted(id), id, ids)
		case rule == nil:
			r.Report(item.Get("id").Span(), "there is no rule with the id %s: the rules have none", yamltext.Quoted(id))
		case patched[id]:
			r.Report(item.Get("id").Span(), "the rule %s is patched already", yamltext.Quoted(id))
		default:
			patched[id] = true
			patchRule(rule, item)
		}
	}
}

// patchRule changes what a rule says. Exceptions are added to those it has.
func patchRule(n, by *yamltext.Node) {
	for _, m := range by.Members {
		before := n.Get(m.Name.Text)
		switch {
		case m.Name.Text == "id" || !slices.Contains(ruleKeys, m.Name.Text):
		case m.Name.Text == "except" && before != nil && before.Kind == yamltext.List && m.Value.Kind == yamltext.List:
			both := *before
			both.Items = slices.Concat(before.Items, m.Value.Items)
			put(n, yamltext.Member{Name: m.Name, Value: &both})
		default:
			put(n, m)
		}
	}
}
