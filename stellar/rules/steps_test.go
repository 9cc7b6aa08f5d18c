package rules_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/value"
)

// assign returns assignments of pairs of names and expressions.
func assign(pairs ...string) rules.Rule {
	var r rules.Rule
	for i := 0; i < len(pairs); i += 2 {
		r.Assignments = append(r.Assignments, rules.Assignment{Name: pairs[i], Expression: text(pairs[i+1])})
	}
	return r
}

func text(expression string) rules.Expression { return rules.Expression{Text: expression} }

func compileSteps(t testing.TB, options rules.Options, steps ...rules.Step) *rules.Set {
	return compile(t, newEnv(t, stellar.Limits{}), options, rules.Parsed{Steps: steps})
}

func TestSteps(t *testing.T) {
	vars := stellar.Vars{"limit": 7, "method": "PUT"}
	block := func(b rules.Block, rule rules.Rule) rules.Step { b.Rule = rule; return rules.Blocks{b} }
	tests := []struct {
		name, message, want string // want none: the message does not pass
		steps               []rules.Step
		errors              int
	}{
		{"what is not kept is temporary", `{}`, `{"b":3}`, []rules.Step{
			block(rules.Block{Keep: []string{"b"}}, assign("a", "1", "b", "a + 2")),
		}, 0},
		{"and forgotten with the block", `{"a":5}`, `{"a":5,"b":3,"c":5}`, []rules.Step{
			block(rules.Block{Keep: []string{"b"}}, assign("a", "1", "b", "a + 2")),
			block(rules.Block{}, assign("c", "a")),
		}, 0},
		{"keep nothing", `{}`, `{}`, []rules.Step{block(rules.Block{Keep: []string{}}, assign("a", "1"))}, 0},
		{"a condition of a block", `{"a":1}`, `{"a":1}`, []rules.Step{
			block(rules.Block{}, rules.Rule{When: text("a > 1"), Assignments: assign("b", "1").Assignments}),
		}, 0},
		{"only inputs are seen", `{"a":1.50,"b":2}`, `{"a":1.50,"b":2,"x":1.50,"n":"a"}`, []rules.Step{
			block(rules.Block{Inputs: []string{"a"}}, assign("x", "a", "y", "b", "n", "JOIN([if MAP_EXISTS('a', _) then 'a' else '', if MAP_EXISTS('b', _) then 'b' else ''], '')")),
		}, 0},
		{"no inputs", `{"a":1}`, `{"a":1,"x":true}`, []rules.Step{block(rules.Block{Inputs: []string{}}, assign("x", "a == null"))}, 0},
		{"variables are below the fields", `{"method":"GET"}`, `{"method":"GET","x":"GET7"}`, []rules.Step{
			block(rules.Block{Variables: vars}, assign("x", "JOIN([method, TO_STRING(limit)], '')")),
		}, 0},
		{"null removes", `{"method":"GET"}`, `{"x":true}`, []rules.Step{
			block(rules.Block{Variables: vars}, assign("method", "null", "x", "method == null")),
		}, 0},
		{"null reveals", `{"method":"GET"}`, `{"x":"GET"}`, []rules.Step{
			block(rules.Block{Variables: vars, Nulls: rules.NullReveals}, assign("method", "'A'", "method", "null", "x", "method")),
		}, 0},
		{"null reveals digits", `{"n":1.50}`, `{"x":1.50}`, []rules.Step{
			block(rules.Block{Nulls: rules.NullReveals}, assign("n", "null", "x", "n")),
		}, 0},
		{"null forgets what is temporary", `{"method":"GET"}`, `{"method":"GET","x":"GET"}`, []rules.Step{
			block(rules.Block{Nulls: rules.NullReveals, Keep: []string{"x"}}, assign("method", "'A'", "method", "null", "x", "method")),
		}, 0},
		{"null hides", `{"method":"GET","b":1}`, `{"method":"GET","b":1,"x":"PUT","y":true}`, []rules.Step{
			block(rules.Block{Variables: vars, Nulls: rules.NullHides}, assign("method", "null", "b", "null", "x", "method", "y", "b == null")),
		}, 0},
		{"null hides a path", `{"a":{"b":1}}`, `{"a":{"b":1},"x":true}`, []rules.Step{
			block(rules.Block{Nulls: rules.NullHides}, assign("a", "null", "x", "a.b == null")),
		}, 0},
		{"null reveals a path", `{"a":{"b":1}}`, `{"x":1}`, []rules.Step{
			block(rules.Block{Nulls: rules.NullReveals}, assign("a", "null", "x", "a.b")),
		}, 0},
		{"flatten", `{"n":1.50,"m":{"k":1e400}}`, `{"n":1.50,"z":1,"b":2,"a.x":1.50,"a.y":null,"q":"Q"}`, []rules.Step{
			block(rules.Block{Flatten: true}, assign("a", "{'x' : n, 'y' : null}", "z", "a.x - 0.5 == 1.0 ? 1 : 2", "b", "2", "", "{'q' : 'Q'}")),
			&rules.Edit{Remove: []string{"m"}},
		}, 0},
		{"blocks do not see each other", `{"a":1}`, `{"a":2,"c":3,"b":1}`, []rules.Step{
			rules.Blocks{{Rule: assign("a", "a + 1", "c", "a + 1")}, {Rule: assign("b", "a")}},
		}, 0},
		{"the last block wins", `{}`, `{"a":2}`, []rules.Step{rules.Blocks{{Rule: assign("a", "1")}, {Rule: assign("a", "2")}}}, 0},
		{"a block fails alone", `{"s":"x"}`, `{"s":"x","b":1,"c":1,"stellar_errors":["r:1:5: type error: + takes numbers, and 'x' is a string (with s = 'x')"]}`, []rules.Step{
			rules.Blocks{{Rule: rules.Rule{Name: "r", Assignments: assign("a", "1 + s").Assignments}}, {Rule: assign("b", "1")}},
			block(rules.Block{}, assign("c", "b")),
		}, 1},
		{"an essential block ends it", `{"s":"x"}`, `{"s":"x","z":1,"stellar_errors":["r:1:5: type error: + takes numbers, and 'x' is a string (with s = 'x')"]}`, []rules.Step{
			block(rules.Block{}, assign("z", "1")),
			rules.Blocks{{Essential: true, Rule: rules.Rule{Name: "r", Assignments: assign("a", "1 + s").Assignments}}},
			block(rules.Block{}, assign("c", "b")),
		}, 1},
		{"pass", `{"a":1}`, `{"a":1}`, []rules.Step{&rules.Filter{Condition: text("a == 1")}}, 0},
		{"do not pass", `{"a":2}`, ``, []rules.Step{&rules.Filter{Condition: text("a == 1")}}, 0},
		{"drop", `{"a":1}`, ``, []rules.Step{&rules.Filter{Condition: text("a == 1"), Effect: rules.DropTrue}}, 0},
		{"do not drop", `{"a":2}`, `{"a":2}`, []rules.Step{&rules.Filter{Condition: text("a == 1"), Effect: rules.DropTrue}}, 0},
		{"a filter that fails", `{"a":"x"}`, `{"a":"x","stellar_errors":["f:1:1: type error: < cannot order the string 'x' and the int 1 (with a = 'x')"]}`, []rules.Step{&rules.Filter{Name: "f", Condition: text("a < 1")}}, 1},
		{"valid", `{"a":1}`, `{"a":1,"b":1}`, []rules.Step{&rules.Filter{Condition: text("a == 1"), Effect: rules.Require}, block(rules.Block{}, assign("b", "1"))}, 0},
		{"not valid", `{"a":2}`, `{"a":2,"stellar_errors":["v:1:1: argument error: the message is not valid: the condition is false for it"]}`, []rules.Step{&rules.Filter{Name: "v", Condition: text("a == 1"), Effect: rules.Require}, block(rules.Block{}, assign("b", "1"))}, 1},
		{"remove", `{"a":1,"b":2,"a":3}`, `{"b":2}`, []rules.Step{&rules.Edit{Remove: []string{"a", "c"}}}, 0},
		{"remove if", `{"a":1,"b":2}`, `{"a":1}`, []rules.Step{&rules.Edit{When: text("a == 2"), Remove: []string{"a"}}, &rules.Edit{When: text("a == 1"), Remove: []string{"b"}}}, 0},
		{"remove if, of inputs", `{"a":1,"b":2}`, `{"a":1,"b":2}`, []rules.Step{&rules.Edit{When: text("a == 1"), Inputs: []string{"b"}, Remove: []string{"b"}}}, 0},
		{"rename", `{"a":1.50,"b":"x","c":3}`, `{"c":3,"b":1.50,"a":"x"}`, []rules.Step{&rules.Edit{Rename: []rules.Renaming{{"a", "b"}, {"b", "a"}, {"z", "c"}}}}, 0},
		{"rename replaces", `{"a":1,"b":2}`, `{"b":1}`, []rules.Step{&rules.Edit{Rename: []rules.Renaming{{"a", "b"}}}}, 0},
		{"select", `{"a":1,"b":2,"c":3}`, `{"b":2}`, []rules.Step{&rules.Edit{Select: []string{"b", "z"}}}, 0},
		{"select nothing", `{"a":1}`, `{}`, []rules.Step{&rules.Edit{Select: []string{}}}, 0},
		{"in Go", `{"a":1}`, `{"a":2,"b":2}`, []rules.Step{rules.Func(func(m *rules.Message) { m.Set("a", value.Int(2)) }), block(rules.Block{}, assign("b", "a"))}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := compileSteps(t, rules.Options{}, test.steps...)
			reader := set.Reader()
			for range 2 { // the memory of the first message is used again
				m, err := reader.Read([]byte(test.message))
				require.NoError(t, err)
				pass, err := set.Apply(context.Background(), m)
				require.Equal(t, test.want != "", pass)
				if test.want != "" {
					require.Equal(t, test.want, string(m.AppendJSON(nil)))
				}
				if test.errors == 0 {
					require.NoError(t, err)
				} else {
					require.Len(t, listOf(t, err), test.errors)
				}
			}
		})
	}
}

// TestHeldBackIsAsItWas: what steps before the failing one have done is undone.
func TestHeldBackIsAsItWas(t *testing.T) {
	steps := []rules.Step{
		rules.Blocks{{Rule: assign("a", "2", "n", "1")}},
		&rules.Edit{Rename: []rules.Renaming{{"b", "d"}}, Remove: []string{"c"}},
		rules.Blocks{{Rule: assign("x", "s + 1")}},
	}
	for _, policy := range []rules.ErrorPolicy{rules.Fail, rules.Skip} {
		set := compileSteps(t, rules.Options{OnError: policy}, steps...)
		const before = `{"a":1,"b":"x","c":3,"s":"x"}`
		m, err := set.Reader().Read([]byte(before))
		require.NoError(t, err)
		m.Set("was", value.Int(1))
		pass, err := set.Apply(context.Background(), m)
		require.False(t, pass)
		require.Len(t, listOf(t, err), 1)
		require.Equal(t, `{"a":1,"b":"x","c":3,"s":"x","was":1}`, string(m.AppendJSON(nil)))
		for name, want := range map[string]value.Value{"a": value.Int(1), "b": value.String("x"), "c": value.Int(3), "d": value.Null, "was": value.Int(1)} {
			require.True(t, m.Lookup(name).IsIdentical(want) || m.Lookup(name).String() == want.String(), name)
		}
	}
	set := compileSteps(t, rules.Options{OnError: rules.Null}, steps...)
	m := parse(t, `{"a":1,"b":"x","s":"x"}`)
	pass, err := set.Apply(context.Background(), m)
	require.True(t, pass)
	require.Len(t, listOf(t, err), 1)
	require.Equal(t, `{"a":2,"s":"x","n":1,"d":"x"}`, string(m.AppendJSON(nil)))
}

func TestTriage(t *testing.T) {
	triage := func(more ...rules.TriageRule) []rules.TriageRule {
		return append([]rules.TriageRule{
			{Name: "r1", Comment: "much", When: text("bytes > 100"), Score: text("10"), Reason: text("FORMAT('%d bytes', bytes)")},
			{When: text("method == 'GET'"), Score: text("bytes * 2"), Reason: text("null")},
			{Name: "never", When: text("method == 'POST'"), Score: text("1")},
		}, more...)
	}
	const message = `{"bytes":366,"method":"GET"}`
	negative := rules.TriageRule{When: text("true"), Score: text("-5")}
	for aggregator, want := range map[rules.Aggregator][2]float64{
		rules.Max: {732, 732}, rules.Min: {10, -5}, rules.Sum: {742, 737}, rules.Mean: {371, 737 / 3.0}, rules.PositiveMean: {371, 371},
	} {
		for i, more := range [][]rules.TriageRule{nil, {negative}} {
			m := parse(t, message)
			_, err := compileSteps(t, rules.Options{}, &rules.Triage{Rules: triage(more...), Aggregator: aggregator, NegativesCount: true}).Apply(context.Background(), m)
			require.NoError(t, err)
			require.Equal(t, want[i], m.Lookup(rules.ScoreField).Float64(), aggregator.String())
		}
		m := parse(t, message)
		_, err := compileSteps(t, rules.Options{}, &rules.Triage{Rules: triage(negative), Aggregator: aggregator}).Apply(context.Background(), m)
		require.NoError(t, err)
		require.Equal(t, math.Inf(-1), m.Lookup(rules.ScoreField).Float64())
		require.Equal(t, []string{rules.ScoreField}, m.NotFinite())
	}
	verdict := func(name, v string) rules.TriageRule { return rules.TriageRule{Name: name, Verdict: text(v)} }
	excepted := func(until time.Time, when ...string) rules.Triage {
		rule := rules.TriageRule{Name: "r", When: text("true"), Score: text("1"), Fields: []rules.Assigned{{Name: "id", Value: value.String("r-1")}}}
		for _, w := range when {
			rule.Except = append(rule.Except, rules.Exception{When: text(w), Until: until})
		}
		return rules.Triage{Rules: []rules.TriageRule{rule}}
	}
	const counts = `{"bytes":366,"method":"GET","threat.triage.score":1.0,"threat.triage.rules.0.name":"r","threat.triage.rules.0.score":"1","threat.triage.rules.0.id":"r-1"`
	tests := []struct {
		name, want string
		triage     rules.Triage
		errors     int
	}{
		{"an exception that does not hold", counts + "}", excepted(time.Time{}, "bytes < 5"), 0},
		{"one that does", message, excepted(time.Time{}, "bytes < 5", "method == 'GET'"), 0},
		{"one that has ended", counts + "}", excepted(time.Now(), "true"), 0},
		{"one that has not", message, excepted(time.Now().Add(time.Hour), "true"), 0},
		{"one that fails", counts + `,"stellar_errors":["r:1:1: type error: - takes numbers, and 'GET' is a string (with method = 'GET')"]}`, excepted(time.Time{}, "method - 1 == 0"), 1},
		{"fields", `{"bytes":366,"method":"GET","threat.triage.score":732.0,"threat.triage.rules.0.name":"r1","threat.triage.rules.0.comment":"much",` +
			`"threat.triage.rules.0.score":"10","threat.triage.rules.0.reason":"366 bytes","threat.triage.rules.1.score":"bytes * 2"}`, rules.Triage{Rules: triage()}, 0},
		{"none is true", message, rules.Triage{Rules: triage()[2:]}, 0},
		{"not scored", message, rules.Triage{When: text("bytes < 5"), Rules: triage()}, 0},
		{"scored", `{"bytes":366,"method":"GET","threat.triage.score":10.0,"threat.triage.rules.0.score":"10"}`, rules.Triage{When: text("bytes > 5"), Rules: []rules.TriageRule{{When: text("true"), Score: text("10")}}}, 0},
		{"variables", `{"bytes":366,"method":"GET","threat.triage.score":3.0,"threat.triage.rules.0.score":"v"}`, rules.Triage{Variables: stellar.Vars{"v": 3}, Rules: []rules.TriageRule{{When: text("true"), Score: text("v")}}}, 0},
		{"verdicts", `{"bytes":366,"method":"GET","threat.triage.score":70.5,"threat.triage.rules.0.name":"a","threat.triage.rules.0.score":"70.5",` +
			`"threat.triage.rules.0.reason":"GET","threat.triage.rules.1.score":"0.0","stellar_errors":["c:1:1: type error: a rule gives a map with score and reason, or null, and this is 5"]}`,
			rules.Triage{Rules: []rules.TriageRule{verdict("a", "{'score' : 70.5, 'reason' : method}"), verdict("b", "null"), verdict("c", "5"), verdict("", "{'score' : 0}")}}, 1},
		{"a rule that fails does not stop others", `{"bytes":366,"method":"GET","threat.triage.score":10.0,"threat.triage.rules.0.name":"r1","threat.triage.rules.0.comment":"much",` +
			`"threat.triage.rules.0.score":"10","threat.triage.rules.0.reason":"366 bytes","stellar_errors":["bad:1:1: type error: a score is a number, and this is 'GET'",` +
			`"worse:1:1: type error: - takes numbers, and 'GET' is a string (with method = 'GET')"]}`,
			rules.Triage{Rules: []rules.TriageRule{{Name: "bad", When: text("true"), Score: text("method")}, triage()[0], {Name: "worse", When: text("true"), Score: text("1"), Reason: text("method - 1")}}}, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := parse(t, message)
			_, err := compileSteps(t, rules.Options{}, &test.triage).Apply(context.Background(), m)
			require.Equal(t, test.want, string(m.AppendJSON(nil)))
			if test.errors > 0 {
				require.Len(t, listOf(t, err), test.errors)
			} else {
				require.NoError(t, err)
			}
		})
	}
}

// TestTriages: a triage after another one scores a message by the rules of both, in the
// place of what it says of an earlier run.
func TestTriages(t *testing.T) {
	rule := func(name, when, score string) rules.TriageRule {
		return rules.TriageRule{Name: name, When: text(when), Score: text(score)}
	}
	reason := rule("a", "x < 3", "10")
	reason.Reason = text("'because'")
	set := compileSteps(t, rules.Options{},
		&rules.Triage{Rules: []rules.TriageRule{reason, rule("b", "x == 1", "20")}},
		&rules.Triage{Rules: []rules.TriageRule{rule("c", "x in [1, 3]", "threat.triage.score + 1")}, Aggregator: rules.Sum},
	)
	const earlier = `"threat.triage.score":9,"threat.triage.rules.0.comment":"old","threat.triage.rules.5.name":"old"`
	tests := []struct{ message, want string }{
		{`{"x":1}`, `{"x":1,"threat.triage.score":51.0,"threat.triage.rules.0.name":"a","threat.triage.rules.0.score":"10","threat.triage.rules.0.reason":"because",` +
			`"threat.triage.rules.1.name":"b","threat.triage.rules.1.score":"20","threat.triage.rules.2.name":"c","threat.triage.rules.2.score":"threat.triage.score + 1"}`},
		{`{"x":2}`, `{"x":2,"threat.triage.score":10.0,"threat.triage.rules.0.name":"a","threat.triage.rules.0.score":"10","threat.triage.rules.0.reason":"because"}`},
		{`{"x":3,` + earlier + `}`, `{"x":3,"threat.triage.score":10.0,"threat.triage.rules.0.name":"c","threat.triage.rules.0.score":"threat.triage.score + 1"}`},
		{`{"x":4,` + earlier + `}`, `{"x":4,` + earlier + `}`},
	}
	reader := set.Reader()
	for range 2 { // the memory of messages is used again
		for _, test := range tests {
			m, err := reader.Read([]byte(test.message))
			require.NoError(t, err)
			_, err = set.Apply(context.Background(), m)
			require.NoError(t, err)
			require.Equal(t, test.want, string(m.AppendJSON(nil)))
		}
	}
	m, err := reader.Read([]byte(`{"x":1` + strings.Repeat(`,"threat.triage.rules.0.name":"old"`, 300_000) + `}`))
	require.NoError(t, err)
	_, err = set.Apply(context.Background(), m)
	require.NoError(t, err)
	require.Less(t, len(m.Names()), 12)
}

func TestNullScoreIsObserved(t *testing.T) {
	var events []fn.Event
	env, err := stellar.NewEnv(stellar.Options{Observer: func(e fn.Event) { events = append(events, e) }})
	require.NoError(t, err)
	set, _, err := rules.Compile(context.Background(), env, rules.Parsed{Steps: []rules.Step{
		&rules.Triage{Rules: []rules.TriageRule{{Name: "r", When: text("true"), Score: text("missing")}}},
	}})
	require.NoError(t, err)
	m := parse(t, `{}`)
	_, err = set.Apply(context.Background(), m)
	require.NoError(t, err)
	require.Equal(t, `{"threat.triage.score":0.0,"threat.triage.rules.0.name":"r","threat.triage.rules.0.score":"missing"}`, string(m.AppendJSON(nil)))
	require.Len(t, events, 1)
	require.Equal(t, "rule r", events[0].Subject)
	require.ErrorContains(t, events[0].Err, "counts as 0")
}

// TestStepsAfterRules: rules of other texts come in their order, and share a scope up to
// the first steps.
func TestStepsAfterRules(t *testing.T) {
	set, _, err := rules.Compile(context.Background(), newEnv(t, stellar.Limits{}),
		rules.Parsed{Rules: []rules.Rule{assign("a", "1")}},
		rules.Parsed{Rules: []rules.Rule{assign("b", "a + 1")}, Steps: []rules.Step{&rules.Edit{Remove: []string{"a"}}}},
		rules.Parsed{Rules: []rules.Rule{assign("c", "a == null")}})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "c"}, set.Names())
	m := parse(t, `{}`)
	_, err = set.Apply(context.Background(), m)
	require.NoError(t, err)
	require.Equal(t, `{"b":2,"c":true}`, string(m.AppendJSON(nil)))

	kept, err := set.With(rules.Options{Keep: []string{"c"}})
	require.NoError(t, err)
	m = parse(t, `{}`)
	_, err = kept.Apply(context.Background(), m)
	require.NoError(t, err)
	require.Equal(t, `{"c":true}`, string(m.AppendJSON(nil)))
	_, err = set.With(rules.Options{Keep: []string{"d"}})
	require.EqualError(t, err, "d is not assigned, only a, b, c")
}

func TestEvalOfSteps(t *testing.T) {
	set := compileSteps(t, rules.Options{},
		rules.Blocks{{Rule: assign("a", "n + 1", "n", "null")}},
		&rules.Edit{Rename: []rules.Renaming{{"s", "t"}}},
		rules.Blocks{{Rule: assign("s", "if t == 'bad' then t + 1 else 'new'")}})
	all, err := set.Eval(context.Background(), stellar.Vars{"n": 1, "s": "x", "u": 2, "l": []any{1}, "m": map[string]any{"k": 1}})
	require.NoError(t, err)
	got := map[string]string{}
	for _, a := range all {
		got[a.Name] = a.Value.String()
	}
	require.Equal(t, map[string]string{"n": "null", "a": "2", "t": "x", "s": "new"}, got)
	_, err = set.Eval(context.Background(), stellar.Vars{"s": "bad"})
	require.ErrorIs(t, err, stellar.ErrType)
	all, err = set.Eval(context.Background(), nil)
	require.NoError(t, err)
	require.Len(t, all, 2) // null counts as 0
	set, err = set.With(rules.Options{OnError: rules.Null})
	require.NoError(t, err)
	all, err = set.Eval(context.Background(), stellar.Vars{"s": "bad"})
	require.ErrorIs(t, err, stellar.ErrType)
	require.NotEmpty(t, all)
	all, err = compileSteps(t, rules.Options{}, rules.Blocks{{Rule: assign("a", "1")}}, &rules.Filter{Condition: text("a > 1")}).Eval(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, all)
}

// TestOneBudget: all steps for a message share the budget of memory.
func TestOneBudget(t *testing.T) {
	env := newEnv(t, stellar.Limits{Memory: 10_000})
	steps := func(n int) *rules.Set {
		var steps []rules.Step
		for range n {
			steps = append(steps, rules.Blocks{{Rule: assign("a", "JOIN([s, s], s)")}})
		}
		return compile(t, env, rules.Options{}, rules.Parsed{Steps: steps})
	}
	message := `{"s":"` + strings.Repeat("x", 100) + `"}`
	_, err := steps(3).Apply(context.Background(), parse(t, message))
	require.NoError(t, err)
	_, err = steps(40).Apply(context.Background(), parse(t, message))
	require.ErrorIs(t, err, stellar.ErrLimit)
}

// TestPieces: an error in an expression that stands escaped in its source has its place
// there.
func TestPieces(t *testing.T) {
	source := &rules.Source{File: "f", Text: `{"e": "a == \"x\" && b + 'y'"}`}
	// The text a == "x" && b + 'y', in parentheses that were added.
	e := rules.Expression{
		Text: `(a == "x" && b + 'y')`, Source: source, Offset: 7,
		Pieces: []rules.Piece{{0, 7}, {1, 7}, {6, 12}, {7, 14}, {8, 15}, {9, 17}, {20, 28}},
	}
	_, _, err := rules.Compile(context.Background(), newEnv(t, stellar.Limits{}), rules.Parsed{Rules: []rules.Rule{{When: e}}})
	var list diag.List
	require.ErrorAs(t, err, &list)
	require.Equal(t, "'y'", source.Text[list[0].Range.Start:list[0].Range.End])
	line, column := list[0].Position()
	require.Equal(t, []int{1, 26}, []int{line, column})
}
