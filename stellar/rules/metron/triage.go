package metron

import (
	"fmt"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// triage reads the configuration of the triage of alerts.
func (r *reader) triage(n *node, path string, variables stellar.Resolver) {
	r.onlyKnown(n, path, "riskLevelRules", "aggregator", "aggregationConfig")
	t := &rules.Triage{Name: path, When: rules.Expression{Text: rules.AlertField + " == 'true'"}, Variables: variables}
	t.Aggregator = r.aggregator(n.get("aggregator"), path+".aggregator")
	if config := n.get("aggregationConfig"); r.isObject(config, path+".aggregationConfig") {
		t.NegativesCount = r.negativesCount(config, path+".aggregationConfig")
	}
	switch list := n.get("riskLevelRules"); {
	case list == nil:
	case list.kind == '[':
		r.riskLevelRules(t, list, path+".riskLevelRules")
	case list.kind == '{':
		r.scoresByRule(t, list, path+".riskLevelRules")
	default:
		r.wrongKind(list, path+".riskLevelRules", "a list of rules")
	}
	if len(t.Rules) > 0 {
		r.step(t)
	}
}

func (r *reader) aggregator(n *node, path string) rules.Aggregator {
	name, ok := r.text(n, path)
	if !ok {
		return rules.Max
	}
	var known []string
	for _, a := range rules.Aggregators() {
		if a.String() == name {
			return a
		}
		known = append(known, a.String())
	}
	r.unknown(n.span(), "there is no aggregator "+quoted(name), name, known)
	return rules.Max
}

// negativesCount reads whether a negative score is one like others.
func (r *reader) negativesCount(config *node, path string) bool {
	r.onlyKnown(config, path, "negativeValuesTrump")
	n := config.get("negativeValuesTrump")
	if n == nil {
		return false
	}
	trump, ok := value.ToBool(value.String(n.text))
	if !ok || n.kind == '{' || n.kind == '[' {
		r.wrongKind(n, path+".negativeValuesTrump", "true or false")
		return false
	}
	return !trump
}

// riskLevelRules reads rules in a list.
func (r *reader) riskLevelRules(t *rules.Triage, list *node, path string) {
	known := map[string]string{}
	for i, n := range list.items {
		path := fmt.Sprintf("%s[%d]", path, i)
		if !r.isObject(n, path) {
			continue
		}
		r.onlyKnown(n, path, "name", "comment", "rule", "score", "reason")
		rule, score := n.get("rule"), n.get("score")
		made := rules.TriageRule{}
		made.Name, _ = r.text(n.get("name"), path+".name")
		made.Comment, _ = r.text(n.get("comment"), path+".comment")
		if reason := n.get("reason"); reason != nil {
			if _, ok := r.text(reason, path+".reason"); ok {
				made.Reason = r.expression(reason, 0)
			}
		}
		var complete bool
		for _, missing := range []string{"rule", "score"} {
			if n.get(missing) == nil {
				r.report(n.name(), "%s has no %s", path, missing)
			}
		}
		if made.When, complete = r.condition(rule, path+".rule"); !complete {
			continue
		}
		if made.Score, complete = r.score(score, path+".score"); !complete {
			continue
		}
		name := path
		if made.Name != "" {
			name += " (" + diag.ShortText(made.Name, 60) + ")"
		}
		if before, ok := known[rule.text]; ok {
			r.warn(rule.span(), "%s is left out: its rule is that of %s", name, before)
			continue
		}
		known[rule.text] = name
		t.Rules = append(t.Rules, made)
	}
}

// scoresByRule reads rules in an object, the older form: a score for each condition.
func (r *reader) scoresByRule(t *rules.Triage, object *node, path string) {
	for _, m := range object.members {
		rule := rules.TriageRule{}
		var ok bool
		rule.When, _ = r.condition(m.name, path)
		if rule.Score, ok = r.score(m.value, path+"."+quoted(m.name.text)); ok {
			t.Rules = append(t.Rules, rule)
		}
	}
}

// condition returns the expression of a condition. A blank one is true.
func (r *reader) condition(n *node, path string) (e rules.Expression, ok bool) {
	if _, ok := r.text(n, path); !ok {
		return e, false
	}
	if n.isBlank() {
		return rules.Expression{Text: "true", Source: r.source, Offset: n.start}, true
	}
	return r.expression(n, 0), true
}

// score returns the expression of a score, which may be a number.
func (r *reader) score(n *node, path string) (e rules.Expression, ok bool) {
	switch {
	case n == nil:
		return e, false
	case n.kind == '"':
		return r.assigned(n, path)
	case n.kind == '0':
		text := value.ParseNumber(n.text).String()
		return *wrapped{r, nil}.at(n, text).e, true
	}
	r.wrongKind(n, path, "a number or an expression")
	return e, false
}
