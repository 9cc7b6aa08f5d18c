package yaml

import (
	"slices"
	"strings"

	"github.com/stellarlang/stellar/stellar/rules"
)

// joinTriages returns a set in which triages that follow each other, and score messages
// together, are one.
func (w *writer) joinTriages(set *RuleSet) *RuleSet {
	with := *set
	with.Steps = nil
	var last *rules.Triage // nil if the last step is something else
	for _, step := range set.Steps {
		triage, ok := step.(*rules.Triage)
		if ok && last != nil {
			if triage = w.joined(last, triage); triage == nil {
				return set
			}
			with.Steps[len(with.Steps)-1] = triage
		} else {
			with.Steps = append(with.Steps, step)
		}
		last = triage
	}
	return &with
}

// joined returns a triage that does what one and another one after it do. It returns nil
// if no single triage does that, and says why.
func (w *writer) joined(first, second *rules.Triage) *rules.Triage {
	reads := func(e rules.Expression) bool {
		return strings.Contains(e.Text, "threat.triage") || everything.MatchString(e.Text)
	}
	why := ""
	switch {
	case first.When.Text != second.When.Text:
		why = "is for other messages"
	case first.Aggregator != second.Aggregator, first.NegativesCount != second.NegativesCount:
		why = "makes the score in another way"
	case first.Variables != nil || second.Variables != nil:
		why = "may see other variables"
	case slices.ContainsFunc(expressionsOf(second), reads):
		why = "may read what the first one adds"
	default:
		joined := *first
		joined.Rules = slices.Concat(first.Rules, second.Rules)
		return &joined
	}
	var at *rules.Expression
	if len(second.Rules) > 0 {
		if at = &second.Rules[0].When; at.Text == "" {
			at = &second.Rules[0].Verdict
		}
	}
	w.cannot(at, "a rule set has one triage, and here begins a second one, which %s: write a set of its own for it", why)
	return nil
}

// expressionsOf returns the expressions of a triage.
func expressionsOf(t *rules.Triage) []rules.Expression {
	all := []rules.Expression{t.When}
	for i := range t.Rules {
		r := &t.Rules[i]
		all = append(append(all, r.When, r.Score, r.Reason, r.Verdict), exceptionsOf(r)...)
	}
	return all
}
