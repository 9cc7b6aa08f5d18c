package sigma

import (
	"fmt"
	"slices"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/yamltext"
)

// Join returns a set of the rules of several sets, in one triage.
func Join(sets ...*RuleSet) *RuleSet {
	joined := &RuleSet{}
	triage := &rules.Triage{Name: "sigma"}
	type place struct {
		source *rules.Source
		offset int
	}
	checked := map[place]bool{}
	for _, set := range sets {
		joined.Rules = append(joined.Rules, set.Rules...)
		joined.ids = append(joined.ids, set.ids...)
		joined.Skipped = append(joined.Skipped, set.Skipped...)
		joined.Undeclared += set.Undeclared
		joined.Findings = append(joined.Findings, set.Findings...)
		for _, note := range set.Notes {
			if !slices.Contains(joined.Notes, note) {
				joined.Notes = append(joined.Notes, note)
			}
		}
		for _, e := range set.Checked {
			if at := (place{e.Source, e.Offset}); !checked[at] {
				checked[at] = true
				joined.Checked = append(joined.Checked, e)
			}
		}
		for _, step := range set.Steps {
			triage.Rules = append(triage.Rules, step.(*rules.Triage).Rules...)
		}
	}
	if len(triage.Rules) == 0 {
		return joined
	}
	joined.Steps = []rules.Step{triage}
	for i, d := range joined.Findings {
		if d.Severity == diag.Error { // of a set without rules
			warning := *d
			warning.Kind, warning.Severity = 0, diag.Warning
			joined.Findings[i] = &warning
		}
	}
	joined.warnOfIDs()
	return joined
}

// warnOfIDs warns of ids that several rules have, unless that is known.
func (s *RuleSet) warnOfIDs() {
	first := map[string]int{}
	for i := range s.Rules {
		d := &s.Rules[i]
		if d.ID == "" {
			continue
		}
		at, known := first[d.ID]
		if !known {
			first[d.ID] = i
			continue
		}
		before := &s.Rules[at]
		message := fmt.Sprintf("the rule in line %d of %s has the id %s too", before.Line, before.File, yamltext.Quoted(d.ID))
		if slices.ContainsFunc(s.Findings, func(f *diag.Diagnostic) bool { return f.Message == message && f.File == d.File }) {
			continue
		}
		found := s.ids[i].Source.Mistake(s.ids[i].Start, message)
		found.Kind, found.Severity, found.Range = 0, diag.Warning, s.ids[i].Range
		s.Findings = append(s.Findings, found)
	}
}
