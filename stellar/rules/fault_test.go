package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

// Of many rules, with an index over them, those that fail do not stop the others. Each
// error says which rule of which file it is of, and where.
func TestFailingRuleStopsNoOther(t *testing.T) {
	var source rules.Source
	source.File = "many.rules"
	at := func(text string) rules.Expression {
		e := rules.Expression{Text: text, Source: &source, Offset: len(source.Text)}
		source.Text += text + "\n"
		return e
	}
	triage := &rules.Triage{Name: "triage"}
	var assigning rules.Parsed
	for i := range 60 {
		when := fmt.Sprintf("host == 'host-%d'", i)
		switch {
		case i%10 == 3:
			when = "STARTS_WITH(number, 'a')"
		case i%10 == 4:
			when = fmt.Sprintf("%d / zero < 1 and ", i) + when
		case i%10 == 5:
			when = "exists(host)"
		}
		name := fmt.Sprint("rule ", i)
		triage.Rules = append(triage.Rules, rules.TriageRule{Name: name, When: at(when), Score: at("1")})
		assigning.Rules = append(assigning.Rules, rules.Rule{Name: name, When: at(when), Assignments: []rules.Assignment{
			{Name: name, Expression: at("true")},
		}})
	}
	const text = `{"host":"host-7","number":5,"zero":0}`
	for form, parsed := range map[string]rules.Parsed{"triage": {Steps: []rules.Step{triage}}, "rules": assigning} {
		set := compile(t, newEnv(t, stellar.Limits{}), rules.Options{}, parsed)
		require.Equal(t, 1, rules.Indexed(set), form)
		m := parse(t, text)
		pass, err := set.Apply(context.Background(), m)
		require.True(t, pass)
		out := string(m.AppendJSON(nil))
		for _, hit := range []int{5, 7, 15, 25, 35, 45, 55} {
			require.Contains(t, out, fmt.Sprintf("rule %d", hit), form)
		}
		var failed []string
		for _, d := range listOf(t, err) {
			require.Equal(t, "many.rules", d.File, form)
			line, _ := d.Position()
			require.True(t, strings.Contains(strings.Split(source.Text, "\n")[line-1], "number") ||
				strings.Contains(strings.Split(source.Text, "\n")[line-1], "zero"), form)
			failed = append(failed, strings.TrimPrefix(d.Rule, "rule "))
		}
		require.Equal(t, strings.Fields("3 4 13 14 23 24 33 34 43 44 53 54"), failed, form)
	}
}

// When the context has ended, each rule has an error of its own, as without an index.
func TestEndedContextReachesEveryRule(t *testing.T) {
	triage := &rules.Triage{}
	for i := range 50 {
		triage.Rules = append(triage.Rules, rules.TriageRule{
			Name: fmt.Sprint(i), When: rules.Expression{Text: fmt.Sprintf("ENDS_WITH(host, '%d')", i)}, Score: rules.Expression{Text: "1"},
		})
	}
	set := compile(t, newEnv(t, stellar.Limits{}), rules.Options{}, rules.Parsed{Steps: []rules.Step{triage}})
	require.Equal(t, 1, rules.Indexed(set))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := set.Apply(ctx, parse(t, `{"host":"x"}`))
	require.Len(t, listOf(t, err), 50)
	require.ErrorIs(t, err, context.Canceled)
}

// Rules that are left out use up the memory that they would have used, so that the same
// rules exceed the limit.
func TestSkippedRulesUseMemory(t *testing.T) {
	for form, limit := range map[string]int64{
		"TO_LOWER(host) == 'x-%d'": 8000,
		"TO_LOWER(host) == 'x-%d' or ENDS_WITH(TO_LOWER(host), 'y-%[1]d')": 18_000, // less than twice what one call takes
		"host == 'x-%d' and TO_LOWER(host) == 'y'":                         8000,
		"exists(host) and TO_LOWER(host) == 'x-%d'":                        8000,
	} {
		triage := &rules.Triage{}
		for i := range 100 {
			triage.Rules = append(triage.Rules, rules.TriageRule{
				Name: fmt.Sprint(i), When: rules.Expression{Text: fmt.Sprintf(form, i)}, Score: rules.Expression{Text: "1"},
			})
		}
		parsed := rules.Parsed{Steps: []rules.Step{triage}}
		env := newEnv(t, stellar.Limits{Memory: limit})
		set := compile(t, env, rules.Options{}, parsed)
		require.Equal(t, 1, rules.Indexed(set), form)
		apart, err := rules.CompileApart(env, parsed)
		require.NoError(t, err)
		text := `{"host":"` + strings.Repeat("A", 100) + `"}`
		_, want := apart.Apply(context.Background(), parse(t, text))
		_, got := set.Apply(context.Background(), parse(t, text))
		require.Equal(t, fmt.Sprint(want), fmt.Sprint(got), form)
		require.Equal(t, !strings.HasPrefix(form, "host"), want != nil, form)
	}
}

// TestIndexRests: an index is not asked for a while when it has left most rules to be
// evaluated, and is again after that.
func TestIndexRests(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	var parsed rules.Parsed
	for i := range 40 {
		parsed.Rules = append(parsed.Rules, rules.Rule{
			When:        rules.Expression{Text: fmt.Sprintf("a == 'all' or a == 'x%d'", i)},
			Assignments: []rules.Assignment{{Name: fmt.Sprint("r", i), Expression: rules.Expression{Text: "true"}}},
		})
	}
	set, _, err := rules.Compile(context.Background(), env, parsed)
	require.NoError(t, err)
	apply := func(text string) int {
		m, err := rules.ParseMessage([]byte(text))
		require.NoError(t, err)
		_, err = set.Apply(context.Background(), m)
		require.NoError(t, err)
		return strings.Count(string(m.AppendJSON(nil)), "true")
	}
	require.Equal(t, 1, apply(`{"a":"x7"}`))
	require.Zero(t, rules.Rests(set))
	require.Equal(t, 40, apply(`{"a":"all"}`))
	for rest := rules.Rests(set); rest > 0; rest-- {
		require.Equal(t, rest, rules.Rests(set))
		require.Equal(t, 1, apply(`{"a":"x7"}`))
	}
	require.Equal(t, 1, apply(`{"a":"x7"}`))
	require.Zero(t, rules.Rests(set))
}
