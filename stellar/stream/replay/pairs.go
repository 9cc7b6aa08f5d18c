package replay

import (
	"fmt"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// pairs are the rules of both sets, those that are the same rule side by side.
type pairs struct {
	all []pair
	at  [2]map[*rules.TriageRule]int // the places in all, by side
}

// pair is a rule of one set or of both.
type pair struct {
	key  string // no other pair has it
	rule [2]*rules.TriageRule
}

// rulesOf returns the rules that score messages.
func rulesOf(parsed []rules.Parsed) (all []*rules.TriageRule) {
	for _, p := range parsed {
		for _, step := range p.Steps {
			if t, ok := step.(*rules.Triage); ok {
				for i := range t.Rules {
					all = append(all, &t.Rules[i])
				}
			}
		}
	}
	return all
}

// Keys lists the keys of the rules of two sets, as Report.Rules has them.
func Keys(before, after Side) []string {
	var keys []string
	for _, p := range pairUp(rulesOf(before.Parsed), rulesOf(after.Parsed)).all {
		keys = append(keys, p.key)
	}
	return keys
}

// pairUp finds the rules that are the same in two sets: of the same id, or else of the
// same name, or else of the same condition. Those of the new set come in their order,
// those of the old one alone after them.
func pairUp(before, after []*rules.TriageRule) *pairs {
	p := &pairs{at: [2]map[*rules.TriageRule]int{{}, {}}}
	old := make([]*rules.TriageRule, len(after)) // by place in after
	taken := map[*rules.TriageRule]bool{}
	for _, nameOf := range []func(*rules.TriageRule) string{idOf, func(r *rules.TriageRule) string { return r.Name }, conditionOf} {
		left := map[string][]*rules.TriageRule{}
		for _, r := range before {
			if name := nameOf(r); name != "" && !taken[r] {
				left[name] = append(left[name], r)
			}
		}
		for i, r := range after {
			if same := left[nameOf(r)]; old[i] == nil && len(same) > 0 {
				old[i], left[nameOf(r)] = same[0], same[1:]
				taken[same[0]] = true
			}
		}
	}
	keys := map[string]bool{}
	for i, r := range after {
		p.add(keys, pair{rule: [2]*rules.TriageRule{old[i], r}})
	}
	for _, r := range before {
		if !taken[r] {
			p.add(keys, pair{rule: [2]*rules.TriageRule{r, nil}})
		}
	}
	return p
}

// add adds a pair under a key of its own.
func (p *pairs) add(keys map[string]bool, added pair) {
	r := added.rule[1]
	if r == nil {
		r = added.rule[0]
	}
	name := idOf(r)
	if name == "" {
		name = r.Name
	}
	if name == "" {
		name = conditionOf(r)
	}
	added.key = name
	for n := 2; keys[added.key]; n++ {
		added.key = fmt.Sprintf("%s (%d)", name, n)
	}
	keys[added.key] = true
	for side, r := range added.rule {
		if r != nil {
			p.at[side][r] = len(p.all)
		}
	}
	p.all = append(p.all, added)
}

// idOf returns the id of a rule, "" if it has none.
func idOf(r *rules.TriageRule) string {
	for _, f := range r.Fields {
		if f.Name == "id" && f.Value.Kind() == value.KindString {
			return f.Value.Str()
		}
	}
	return ""
}

func conditionOf(r *rules.TriageRule) string {
	if r.Verdict.Text != "" {
		return r.Verdict.Text
	}
	return r.When.Text
}
