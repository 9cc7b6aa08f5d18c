package yaml

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// overlaySections are the keys of a set that is laid over another one. Its rules come
// after those of the other, its definitions take the place of those of their names, and
// its tests that of all tests.
var overlaySections = []string{"overlay", "patch", "sensor", "import", "define", "triage", "output", "tests"}

// maxLayers bounds how many sets are laid over each other.
const maxLayers = 20

// layers reads the definitions of a set, and of those it is laid over, the lowest
// first. It returns the set with all patches.
func (r *reader) layers(n *node, above int) *node {
	name := n.get("overlay")
	if name == nil {
		r.onlyKnown(n, "", sections...)
		if patch := n.get("patch"); patch != nil {
			r.report(patch.span(), "there is nothing to patch: overlay names the file with the rules")
		}
		r.definitionsOf(n)
		return n
	}
	for _, m := range n.members {
		switch {
		case slices.Contains(overlaySections, m.name.text):
		case slices.Contains(sections, m.name.text):
			r.report(m.name.span(), "a set that is laid over another one has no %s, only %s", m.name.text, strings.Join(overlaySections, ", "))
		default:
			r.unknown(m.name.span(), "there is no key "+quoted(m.name.text), m.name.text, overlaySections)
		}
	}
	base := r.base(name, above)
	r.definitionsOf(n)
	if base == nil {
		return &node{source: n.source, start: n.start, end: n.end}
	}
	if patches := n.get("patch"); r.isList(patches, "patch") {
		r.patch(base, patches)
	}
	if triage := n.get("triage"); r.isMapping(triage, "triage") {
		r.onlyKnown(triage, "triage", "rules")
		if r.isList(triage.get("rules"), "triage.rules") {
			addRules(base, n.find("triage"), triage.find("rules"))
		}
	}
	base.members = slices.DeleteFunc(base.members, func(m member) bool { return m.name.text == "tests" })
	for _, name := range []string{"sensor", "output", "tests"} {
		if n.get(name) != nil {
			base.put(n.find(name))
		}
	}
	return base
}

// base reads the set that another one is laid over. It returns nil if there is none,
// which is reported.
func (r *reader) base(n *node, above int) *node {
	name, ok := r.text(n, "overlay")
	if !ok {
		return nil
	}
	if above >= maxLayers {
		r.report(n.span(), "more than %d sets are laid over each other: does one name itself?", maxLayers)
		return nil
	}
	if !IsName(name) {
		r.report(n.span(), "%s is no rule set in YAML, whose name ends in .yaml or .yml", quoted(filepath.Base(name)))
		return nil
	}
	if above == 0 {
		r.set.Base = near(n, name)
	}
	content, ok := r.open(n, name)
	if !ok {
		return nil
	}
	other := r.of(near(n, name), content)
	root := other.document()
	if root == nil || !other.isMapping(root, "a rule set") {
		return nil
	}
	base := other.layers(root, above+1)
	r.layer = other.layer + 1
	return base
}

// put sets a member of a mapping, in the place of what it has of that name.
func (n *node) put(m member) {
	for i := range n.members {
		if n.members[i].name.text == m.name.text {
			n.members[i] = m
			return
		}
	}
	n.members = append(n.members, m)
}

// find returns the member of a name that a mapping has.
func (n *node) find(name string) member {
	i := slices.IndexFunc(n.members, func(m member) bool { return m.name.text == name })
	return n.members[i]
}

// addRules adds rules to those of a set.
func addRules(base *node, triage, added member) {
	of := base.get("triage")
	if of == nil {
		base.put(triage)
		return
	}
	if before := of.get("rules"); before != nil && before.kind == list {
		before.items = append(before.items, added.value.items...)
		return
	}
	of.put(added)
}

// patch changes rules of a set by their ids.
func (r *reader) patch(base, patches *node) {
	byID := map[string]*node{}
	var ids []string
	if rules := base.get("triage").get("rules"); rules != nil {
		for _, rule := range rules.items {
			if id := rule.get("id"); id != nil && id.isScalar() {
				byID[strings.TrimSpace(id.text)] = rule
				ids = append(ids, strings.TrimSpace(id.text))
			}
		}
	}
	patched := map[string]bool{}
	for i, item := range patches.items {
		path := fmt.Sprintf("patch[%d]", i)
		if !r.isMapping(item, path) || r.missing(item, path, "id") {
			continue
		}
		r.onlyKnown(item, path, ruleKeys...)
		id, ok := r.text(item.get("id"), path+".id")
		if !ok {
			continue
		}
		switch rule := byID[id]; {
		case rule == nil && len(ids) > 0:
			r.unknown(item.get("id").span(), "there is no rule with the id "+quoted(id), id, ids)
		case rule == nil:
			r.report(item.get("id").span(), "there is no rule with the id %s: the rules have none", quoted(id))
		case patched[id]:
			r.report(item.get("id").span(), "the rule %s is patched already", quoted(id))
		default:
			patched[id] = true
			rule.patch(item)
		}
	}
}

// patch changes what a rule says. Exceptions are added to those it has.
func (n *node) patch(by *node) {
	for _, m := range by.members {
		before := n.get(m.name.text)
		switch {
		case m.name.text == "id" || !slices.Contains(ruleKeys, m.name.text):
		case m.name.text == "except" && before != nil && before.kind == list && m.value.kind == list:
			both := *before
			both.items = slices.Concat(before.items, m.value.items)
			n.put(member{m.name, &both})
		default:
			n.put(m)
		}
	}
}
