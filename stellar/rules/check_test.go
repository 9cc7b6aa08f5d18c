package rules_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
)

// TestCheck follows fields through rules and steps. Each expression stands in a source
// of its own, which is its name.
func TestCheck(t *testing.T) {
	e := func(text string) rules.Expression {
		return rules.Expression{Text: text, Source: &rules.Source{File: text, Text: text}}
	}
	assign := func(name, text string) rules.Rule {
		return rules.Rule{Assignments: []rules.Assignment{{Name: name, Expression: e(text)}}}
	}
	block := func(name, text string) rules.Block { return rules.Block{Rule: assign(name, text)} }
	flat := block("m", "{'k' : 1}")
	flat.Flatten = true
	flattened := block("", "{'k' : 1}")
	flattened.Flatten = true
	kept := rules.Block{Rule: rules.Rule{Assignments: []rules.Assignment{{Name: "temporary", Expression: e("'t'")}, {Name: "made", Expression: e("temporary")}}}, Keep: []string{"made"}}
	inputs := block("b", "[s, n]")
	inputs.Inputs = []string{"s"}
	conditional := rules.Rule{When: e("n > 1"), Assignments: []rules.Assignment{{Name: "s", Expression: e("1")}}}
	variables := block("v", "[constant, other]")
	variables.Variables = stellar.Vars{"constant": 1}

	for name, test := range map[string]struct {
		parsed rules.Parsed
		want   []string
	}{
		"fields":      {rules.Parsed{Rules: []rules.Rule{assign("x", "s"), assign("y", "x + q")}}, []string{"x + q:1:1: type error: + takes numbers, and this is a string", "x + q:1:5: argument error: there is no field q"}},
		"replaced":    {rules.Parsed{Rules: []rules.Rule{assign("s", "1"), assign("y", "s == 'a'")}}, []string{"s == 'a':1:1: warning: this is always false: an int never equals a string"}},
		"conditional": {rules.Parsed{Rules: []rules.Rule{conditional, assign("y", "[s == 'a', s == 1]")}}, nil},
		"kept":        {rules.Parsed{Steps: []rules.Step{rules.Blocks{kept}, rules.Blocks{block("z", "[made, temporary]")}}}, []string{"[made, temporary]:1:8: argument error: there is no field temporary"}},
		"beside":      {rules.Parsed{Steps: []rules.Step{rules.Blocks{block("a", "n"), block("b", "a")}}}, []string{"a:1:1: argument error: there is no field a"}},
		"flattened":   {rules.Parsed{Steps: []rules.Step{rules.Blocks{flat}, rules.Blocks{block("z", "m.k")}}}, nil},
		"unknown":     {rules.Parsed{Steps: []rules.Step{rules.Blocks{flattened}, rules.Blocks{block("z", "anything")}}}, nil},
		"inputs":      {rules.Parsed{Steps: []rules.Step{rules.Blocks{inputs}}}, []string{"[s, n]:1:5: argument error: there is no field n"}},
		"variables":   {rules.Parsed{Steps: []rules.Step{rules.Blocks{variables}}}, []string{"[constant, other]:1:12: argument error: there is no field other"}},
		"removed":     {rules.Parsed{Steps: []rules.Step{&rules.Edit{Remove: []string{"s"}}, &rules.Filter{Condition: e("s == 'a'")}}}, []string{"s == 'a':1:1: argument error: there is no field s"}},
		"perhaps":     {rules.Parsed{Steps: []rules.Step{&rules.Edit{When: e("n > 1"), Remove: []string{"s"}}, &rules.Filter{Condition: e("s == 'a'")}}}, nil},
		"renamed":     {rules.Parsed{Steps: []rules.Step{&rules.Edit{Rename: []rules.Renaming{{From: "s", To: "t"}}}, &rules.Filter{Condition: e("t == 5")}}}, []string{"t == 5:1:1: warning: this is always false: a string never equals an int"}},
		"selected":    {rules.Parsed{Steps: []rules.Step{&rules.Edit{Select: []string{"n"}}, &rules.Filter{Condition: e("n > 1 and s == 'a'")}}}, []string{"n > 1 and s == 'a':1:11: argument error: there is no field s"}},
		"scored": {rules.Parsed{Steps: []rules.Step{
			&rules.Triage{Rules: []rules.TriageRule{{When: e("n > 1"), Score: e("r"), Except: []rules.Exception{{When: e("x")}}}}},
			&rules.Filter{Condition: e("threat.triage.score > 5 and threat.triage.rules.0.name == 'a'")},
		}}, []string{"r:1:1: argument error: there is no field r", "x:1:1: argument error: there is no field x"}},
		"conditions": {rules.Parsed{Steps: []rules.Step{
			&rules.Triage{Rules: []rules.TriageRule{{When: e("'text'"), Score: e("1")}, {When: e("1 == 2"), Score: e("s")}, {When: e("true"), Score: e("null")}}},
			&rules.Filter{Condition: e("n")},
		}}, []string{
			"'text':1:1: type error: a condition must be true or false, and this is a string",
			"1 == 2:1:1: warning: this condition is always false, whatever the message",
			"n:1:1: type error: a condition must be true or false, and this is an int",
			"s:1:1: type error: a score is a number, and this is a string",
		}},
		"our own": {rules.Parsed{Steps: []rules.Step{&rules.Filter{Condition: rules.Expression{Text: "q"}}}}, nil},
		"syntax":  {rules.Parsed{Rules: []rules.Rule{assign("x", "(")}}, []string{"(:1:1: syntax error: this ( is never closed: a ) is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			env, err := stellar.NewEnv(stellar.Options{})
			require.NoError(t, err)
			schema := stellar.Schema{"s": fn.String, "n": fn.Int}
			found, _, err := rules.Check(context.Background(), env, schema, test.parsed)
			require.NoError(t, err)
			var texts []string
			for _, d := range found {
				texts = append(texts, d.Error())
			}
			require.Equal(t, test.want, texts)
			require.Equal(t, stellar.Schema{"s": fn.String, "n": fn.Int}, schema, "the schema stays")
		})
	}

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	env, err := stellar.NewEnv(stellar.Options{})
	require.NoError(t, err)
	_, _, err = rules.Check(ctx, env, nil, rules.Parsed{Rules: []rules.Rule{assign("x", "s")}})
	require.ErrorIs(t, err, context.Canceled)
}
