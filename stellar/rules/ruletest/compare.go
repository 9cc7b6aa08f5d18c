package ruletest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/value"
)

// compare compares what came of a message with what is expected of it.
func (r *running) compare(before, after *rules.Message, pass bool, failed error) {
	t := r.test
	r.compareErrors(failed)
	if !pass && !t.Dropped {
		r.fail(Failure{What: "the message was dropped"})
		return
	}
	if pass && t.Dropped {
		r.fail(Failure{What: "the message was not dropped"})
	}
	expected := map[string]bool{}
	for _, f := range t.Fields {
		expected[f.Name] = true
		if got := field(after, f.Name); !value.Equal(got, f.Value) {
			r.fail(Failure{What: "field " + f.Name, Expected: shown(f.Value, "no such field"), Got: shown(got, "no such field")})
		}
	}
	if t.Exactly {
		r.compareOthers(before, after, expected)
	}
	if t.Score != nil {
		got, _ := value.ToDouble(field(after, rules.ScoreField))
		if got != *t.Score {
			r.fail(Failure{What: "score", Expected: number(*t.Score), Got: number(got)})
		}
	}
	r.compareRules()
}

// shown returns a value for a message, or what stands for null.
func shown(v value.Value, null string) string {
	if v.IsNull() {
		return null
	}
	return diag.ShortValue(v)
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func (r *running) compareErrors(failed error) {
	var list diag.List
	if failed != nil && !errors.As(failed, &list) {
		r.failed("%v", failed)
		return
	}
	found := false
	for _, d := range list {
		if !r.test.Fails {
			r.fail(Failure{What: "a rule fails: " + d.Error()})
		}
		found = found || strings.Contains(d.Error(), r.test.Error)
	}
	switch {
	case !r.test.Fails || found:
	case len(list) == 0:
		r.fail(Failure{What: "error", Expected: orAny(r.test.Error), Got: "none"})
	default:
		r.fail(Failure{What: "error", Expected: orAny(r.test.Error), Got: list[0].Error()})
	}
}

func orAny(text string) string {
	if text == "" {
		return "one"
	}
	return "one with '" + text + "'"
}

// compareOthers finds fields that were added, changed or removed, and are not expected.
func (r *running) compareOthers(before, after *rules.Message, expected map[string]bool) {
	for _, name := range slices.Concat(before.Names(), after.Names()) {
		first, _, _ := strings.Cut(rules.ScoreField, ".")
		switch {
		case expected[name], slices.ContainsFunc(r.test.Fields, func(f rules.Assigned) bool { return strings.HasPrefix(f.Name, name+".") }):
		case name == rules.ScoreField, strings.HasPrefix(name, rules.RuleField+"."), name == rules.ErrorsField:
		case name == first && before.Lookup(name).IsNull() && after.Lookup(name).Kind() == value.KindMap: // nested output
		default:
			expected[name] = true // once is enough
			had, has := before.Lookup(name), after.Lookup(name)
			if !value.Equal(had, has) {
				r.fail(Failure{What: "field " + name, Expected: shown(had, "no such field"), Got: shown(has, "no such field")})
			}
		}
	}
}

// compareRules compares the rules that are true with those that are expected to be.
func (r *running) compareRules() {
	var fired, excepted []*yaml.Description
	exceptions := map[*yaml.Description]int{} // by rule, the line of the one that holds
	for _, h := range r.hits {
		about := r.about[h.Rule]
		if about == nil {
			about = &yaml.Description{Name: h.Rule.Name}
		}
		if h.Exception == nil {
			fired = append(fired, about)
			continue
		}
		excepted = append(excepted, about)
		if h.Exception.When.Source != nil {
			exceptions[about], _ = h.Exception.When.Source.Mistake(h.Exception.When.Offset, "").Position()
		}
	}
	t := r.test
	named := func(all []*yaml.Description, name string) int {
		return slices.IndexFunc(all, func(d *yaml.Description) bool { return isNamed(d, name) })
	}
	for _, name := range t.NotFired {
		if named(fired, name) >= 0 {
			r.fail(Failure{What: fmt.Sprintf("the rule %s is true, and was not to be", quoted(name))})
		}
	}
	if t.Fired == nil {
		return
	}
	same := true
	for _, name := range t.Fired {
		same = same && named(fired, name) >= 0
		if i := named(excepted, name); i >= 0 && named(fired, name) < 0 {
			r.fail(Failure{What: fmt.Sprintf("the rule %s does not count, because the exception in line %d holds", quoted(name), exceptions[excepted[i]])})
		}
	}
	for _, d := range fired {
		same = same && slices.ContainsFunc(t.Fired, func(name string) bool { return isNamed(d, name) })
	}
	if !same {
		r.fail(Failure{What: "rules", Expected: listed(t.Fired), Got: listed(namesAs(t.Fired, fired))})
	}
}

// isNamed reports whether a name is that of a rule, or its id.
func isNamed(d *yaml.Description, name string) bool {
	return d.Name == name || d.ID == name && name != ""
}

// namesAs returns the names of rules, as the expectation has them if it has.
func namesAs(expected []string, fired []*yaml.Description) []string {
	var names []string
	for _, d := range fired {
		name := d.ID
		if name == "" || slices.Contains(expected, d.Name) {
			name = d.Name
		}
		names = append(names, name)
	}
	return names
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	quotedNames := make([]string, len(names))
	for i, name := range names {
		quotedNames[i] = quoted(name)
	}
	return strings.Join(quotedNames, ", ")
}

func quoted(name string) string { return "'" + diag.ShortText(name, 60) + "'" }

// expected returns the rules that a test expects to be true.
func (r *runner) expected(t *yaml.Test) []*yaml.Description {
	var all []*yaml.Description
	for i := range r.set.Rules {
		d := &r.set.Rules[i]
		if slices.ContainsFunc(t.Fired, func(name string) bool { return isNamed(d, name) }) {
			all = append(all, d)
		}
	}
	return all
}
