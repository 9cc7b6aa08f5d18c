package yaml

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
	"github.com/stellarlang/stellar/stellar/value"
)

// output reads the form of what is added to messages, and adds a step for it.
func (r *reader) output(n *yamltext.Node) {
	if r.OneOf(n, "output", "form of output", "flat", "nested") != "nested" {
		return
	}
	var names []string
	for _, step := range r.set.Steps {
		blocks, _ := step.(rules.Blocks)
		for i := range blocks {
			blocks[i].Nested = true
			for _, a := range blocks[i].Assignments {
				kept := blocks[i].Keep == nil || slices.Contains(blocks[i].Keep, a.Name)
				if kept && strings.Contains(a.Name, ".") && !slices.Contains(names, a.Name) {
					names = append(names, a.Name)
				}
			}
		}
	}
	r.step(rules.Func(func(m *rules.Message) { nest(m, names) }))
}

// nest puts fields of dotted names, and those that a triage sets, into maps. Where a
// field that is no map is in the way, they stay as they are.
func nest(m *rules.Message, names []string) {
	for _, name := range names {
		if v := m.Lookup(name); slices.Contains(m.Names(), name) && move(m, name, v) {
			m.Delete(name)
		}
	}
	score := m.Lookup(rules.ScoreField)
	if score.IsNull() || !move(m, rules.ScoreField, score) {
		return
	}
	m.Delete(rules.ScoreField)
	fired, fields := firedRules(m)
	if len(fired) > 0 && move(m, rules.RuleField, value.ListOf(fired...)) {
		for _, name := range fields {
			m.Delete(name)
		}
	}
}

// firedRules returns what a triage says of the rules that are true, and the names of
// the fields in which it does.
func firedRules(m *rules.Message) (fired []value.Value, fields []string) {
	var maps []*value.Map
	for _, name := range m.Names() {
		rest, ok := strings.CutPrefix(name, rules.RuleField+".")
		if !ok {
			continue
		}
		number, key, ok := strings.Cut(rest, ".")
		at, err := strconv.Atoi(number)
		if !ok || err != nil || at < 0 || at > len(maps) {
			continue // they are in order, without gaps
		}
		if at == len(maps) {
			maps = append(maps, value.NewMap(5))
		}
		maps[at].Put(value.String(key), m.Lookup(name))
		fields = append(fields, name)
	}
	for _, rule := range maps {
		fired = append(fired, value.FromMap(rule))
	}
	return fired, fields
}

// move sets the path that a dotted name is to a value. ok is false if a field that is no
// map is in the way.
func move(m *rules.Message, name string, v value.Value) (ok bool) {
	path := strings.Split(name, ".")
	top := value.Null
	if slices.Contains(m.Names(), path[0]) {
		top = m.Lookup(path[0])
	}
	placed, ok := placeAt(top, path[1:], v)
	if ok {
		m.Set(path[0], placed)
	}
	return ok
}

// placeAt returns a map like another one, or null, with a value at a path.
func placeAt(in value.Value, path []string, v value.Value) (placed value.Value, ok bool) {
	if len(path) == 0 {
		return v, true
	}
	if !in.IsNull() && in.Kind() != value.KindMap {
		return in, false
	}
	m := value.NewMap(1)
	if !in.IsNull() {
		for key, item := range in.Map().All() {
			m.Put(key, item)
		}
	}
	key := value.String(path[0])
	before, _ := m.Get(key)
	inner, ok := placeAt(before, path[1:], v)
	if !ok {
		return in, false
	}
	m.Put(key, inner)
	return value.FromMap(m), true
}
