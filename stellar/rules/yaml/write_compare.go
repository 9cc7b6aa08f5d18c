package yaml

import (
	"reflect"
	"regexp"
	"strings"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

// everything is an expression that may read any variable.
var everything = regexp.MustCompile(`(?:^|[^\w.])_(?:$|[^\w.])`)

// compare reads what was written of a set, and takes note of rules and steps that do
// not come out as they were: blanks and lines that YAML takes in its own way.
func (w *writer) compare(set *RuleSet, text []byte) {
	again := Parse("", text, nil)
	for _, d := range again.Findings {
		if d.Check != ExpiredException {
			w.cannot(nil, "what was written cannot be read: %s", d.Message)
		}
	}
	if len(w.problems) > 0 {
		return
	}
	want, got := outlines(set), outlines(again)
	for i := range want {
		if i >= len(got) || !reflect.DeepEqual(want[i].content, got[i].content) {
			w.cannot(&want[i].at, "%s would not be the same in YAML, perhaps for blanks or characters in it that cannot be seen", want[i].what)
		}
	}
	if len(got) > len(want) {
		w.cannot(nil, "there would be more steps in YAML")
	}
}

// outline is what a step, or a rule of a triage, does, without names and places.
type outline struct {
	what    string
	at      rules.Expression
	content any
}

// outlines returns what a set does.
func outlines(set *RuleSet) []outline {
	var all []outline
	for i := range set.Parsed.Rules {
		all = append(all, blockOutline(&rules.Block{Rule: set.Parsed.Rules[i]}, 0))
	}
	for _, step := range set.Steps {
		switch step := step.(type) {
		case *rules.Filter:
			all = append(all, outline{"the condition " + step.Name, step.Condition, []any{
				textOf(step.Condition), step.Effect, step.Inputs, valuesOf(step.Variables, step.Condition)}})
		case *rules.Edit:
			e := *step
			e.Name, e.When, e.Remove, e.Rename = "", rules.Expression{Text: textOf(e.When)}, append([]string{}, e.Remove...), append([]rules.Renaming{}, e.Rename...)
			all = append(all, outline{"the step " + step.Name, step.When, e})
		case rules.Blocks:
			for i := range step {
				all = append(all, blockOutline(&step[i], i))
			}
		case *rules.Triage:
			all = append(all, triageOutlines(step)...)
		default:
			all = append(all, outline{what: "a step", content: reflect.TypeOf(step).String()})
		}
	}
	return all
}

// blockOutline returns that of the n-th of blocks that are side by side.
func blockOutline(b *rules.Block, n int) outline {
	expressions := []rules.Expression{b.When}
	var assigned [][2]string
	for _, a := range b.Assignments {
		assigned = append(assigned, [2]string{a.Name, textOf(a.Expression)})
		expressions = append(expressions, a.Expression)
	}
	at := b.When
	if len(b.Assignments) > 0 {
		at = b.Assignments[0].Expression
	}
	return outline{"the step " + b.Name, at, []any{
		n > 0, textOf(b.When), assigned, b.Inputs, keptOf(b), b.Flatten, b.Nulls, b.Essential, valuesOf(b.Variables, expressions...)}}
}

// triageOutlines returns those of a triage and of its rules.
func triageOutlines(t *rules.Triage) []outline {
	var all []outline
	for i := range t.Rules {
		r := &t.Rules[i]
		var except, fields [][2]string
		for _, e := range r.Except {
			except = append(except, [2]string{textOf(e.When), e.Until.UTC().String()})
		}
		for _, f := range r.Fields {
			fields = append(fields, [2]string{f.Name, string(f.Value.AppendJSON(nil))})
		}
		at := r.When
		if r.Verdict.Text != "" {
			at = r.Verdict
		}
		all = append(all, outline{"the rule '" + r.Name + "'", at, []any{
			r.Name, r.Comment, textOf(r.When), r.Score.Text, textOf(r.Reason), textOf(r.Verdict), except, fields}})
	}
	return append(all, outline{"the triage", t.When, []any{textOf(t.When), t.Aggregator, t.NegativesCount, valuesOf(t.Variables, expressionsOf(t)...)}})
}

// textOf returns the text of an expression, without blanks around it, which mean
// something only in that of a score, as messages show it.
func textOf(e rules.Expression) string { return strings.TrimSpace(e.Text) }

// valuesOf returns the variables that expressions may read, as JSON by their names.
func valuesOf(of stellar.Resolver, expressions ...rules.Expression) map[string]string {
	all := map[string]string{}
	if of != nil {
		for _, name := range readOf(of, expressions) {
			all[name] = string(of.Lookup(name).AppendJSON(nil))
		}
	}
	return all
}
