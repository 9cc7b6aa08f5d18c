package metron

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/stellarlang/stellar/stellar/rules"
)

// scoringProperties are those of a scoring rule of Metron's successor on Flink.
var scoringProperties = []string{"name", "id", "order", "tsStart", "tsEnd", "type", "ruleScript", "enabled", "version"}

// scoringRule reads a file of one scoring rule.
func (r *reader) scoringRule(n *node) { r.scoring([]*node{n}, func(int) string { return "rule" }) }

// scoringRules reads a list of scoring rules.
func (r *reader) scoringRules(list *node) {
	r.scoring(list.items, func(i int) string { return fmt.Sprintf("rule[%d]", i) })
}

// ordered is a scoring rule and its place among others.
type ordered struct {
	order int
	rule  rules.TriageRule
}

// scoring reads scoring rules: the script of each returns a map with score and reason,
// or null. They are applied in the order they say.
func (r *reader) scoring(list []*node, path func(i int) string) {
	var all []ordered
	for i, n := range list {
		path := path(i)
		if !r.isObject(n, path) {
			continue
		}
		r.onlyKnown(n, path, scoringProperties...)
		if rule, ok := r.scored(n, path); ok {
			all = append(all, rule)
		}
	}
	slices.SortStableFunc(all, func(a, b ordered) int { return cmp.Compare(a.order, b.order) })
	t := &rules.Triage{Name: "scoring", Aggregator: rules.PositiveMean, NegativesCount: true}
	for _, o := range all {
		t.Rules = append(t.Rules, o.rule)
	}
	if len(t.Rules) > 0 {
		r.step(t)
	}
}

// scored reads a scoring rule. ok is false if it is not to be applied.
func (r *reader) scored(n *node, path string) (o ordered, ok bool) {
	if order := n.get("order"); order != nil {
		var err error
		if o.order, err = strconv.Atoi(order.text); err != nil {
			r.wrongKind(order, path+".order", "a whole number")
		}
	}
	o.rule.Name, _ = r.text(n.get("name"), path+".name")
	script := n.get("ruleScript")
	if script == nil {
		r.report(n.name(), "%s has no ruleScript", path)
		return o, false
	}
	if _, ok := r.text(script, path+".ruleScript"); !ok {
		return o, false
	}
	if kind, ok := r.text(n.get("type"), path+".type"); ok && kind != "STELLAR" {
		r.warn(n.get("type").span(), "%s is left out: its script is %s, not STELLAR", path, quoted(kind))
		return o, false
	}
	if enabled := n.get("enabled"); enabled != nil {
		switch enabled.kind {
		case 'f':
			r.note("%s is not enabled", path)
			return o, false
		case 't':
		default:
			r.wrongKind(enabled, path+".enabled", "true or false")
		}
	}
	if script.isBlank() {
		r.report(script.span(), "%s.ruleScript is empty", path)
		return o, false
	}
	o.rule.Verdict = r.expression(script, 0)
	return o, true
}
