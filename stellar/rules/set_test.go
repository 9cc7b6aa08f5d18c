package rules_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

func newEnv(t testing.TB, limits stellar.Limits) *stellar.Env {
	env, err := stellar.NewEnv(stellar.Options{Limits: limits})
	require.NoError(t, err)
	return env
}

// load makes a set of a rule file.
func load(t testing.TB, source string, options rules.Options) *rules.Set {
	return compile(t, newEnv(t, stellar.Limits{}), options, script.Parse("test.stellar", []byte(source)))
}

func compile(t testing.TB, env *stellar.Env, options rules.Options, parsed ...rules.Parsed) *rules.Set {
	set, _, err := rules.Compile(context.Background(), env, parsed...)
	require.NoError(t, err)
	set, err = set.With(options)
	require.NoError(t, err)
	return set
}

func parse(t testing.TB, text string) *rules.Message {
	m, err := rules.ParseMessage([]byte(text))
	require.NoError(t, err, text)
	return m
}

func listOf(t *testing.T, err error) diag.List {
	var list diag.List
	require.ErrorAs(t, err, &list)
	return list
}

func TestWith(t *testing.T) {
	p := load(t, "a := 1\nb := 2\na := 3", rules.Options{})
	require.Equal(t, []string{"a", "b"}, p.Names())
	_, err := p.With(rules.Options{Keep: []string{"a", "c"}})
	require.EqualError(t, err, "c is not assigned, only a, b")
	_, err = p.With(rules.Options{Drop: []string{"d"}})
	require.Error(t, err)
}

func TestEval(t *testing.T) {
	p := load(t, "a := x + 1\nb := null\na := a * 10", rules.Options{})
	got, err := p.Eval(context.Background(), stellar.Vars{"x": 1})
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, "a", got[0].Name)
	require.Equal(t, 20, got[0].Value.Go())
	require.Equal(t, "b", got[1].Name)
	require.True(t, got[1].Value.IsNull())

	got, err = load(t, "a := 'x' < 1", rules.Options{}).Eval(context.Background(), nil)
	require.Error(t, err)
	require.Nil(t, got)

	got, err = load(t, "a := x + 1\nb := 2", rules.Options{OnError: rules.Null}).Eval(context.Background(), stellar.Vars{"x": "text"})
	require.Error(t, err)
	require.True(t, got[0].Value.IsNull())
	require.Equal(t, 2, got[1].Value.Go())
}

func TestEvalEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	p := load(t, "a := REDUCE(xs, (x, y) -> x + y, 0)", rules.Options{})
	_, err := p.Eval(ctx, stellar.Vars{"xs": make([]int, 100)})
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
}

// rule makes a rule of its condition and lines of the form name=expression.
func rule(name, when string, assignments ...string) rules.Rule {
	r := rules.Rule{Name: name, When: rules.Expression{Text: when}}
	for _, a := range assignments {
		name, text, _ := strings.Cut(a, "=")
		r.Assignments = append(r.Assignments, rules.Assignment{Name: name, Expression: rules.Expression{Text: text}})
	}
	return r
}

func TestRulesOfASet(t *testing.T) {
	set := []rules.Rule{
		rule("first", "", "a=n + 1", "b=a"),
		rule("large", "a > 10", "size='large'"),
		rule("broken", "", "a=0", "c=n / (n - 5)", "a=1"),
		rule("condition", "c > 0", "d=1"),
		rule("last", "a > 0", "e=[a, size]"),
	}
	for _, test := range []struct {
		name, message string
		policy        rules.ErrorPolicy
		want          string
		errors        []string
	}{
		{"all", `{"n":20}`, rules.Null, `{"n":20,"a":1,"b":21,"size":"large","c":1,"d":1,"e":[1,"large"]}`, nil},
		{"not every condition", `{"n":6}`, rules.Report, `{"n":6,"a":1,"b":7,"c":6,"d":1,"e":[1,null]}`, nil},
		{"a rule that fails leaves nothing", `{"n":5}`, rules.Report,
			`{"n":5,"a":6,"b":6,"e":[6,null],"stellar_errors":["broken:1:1: arithmetic error: division of 5 by the integer zero (with n = 5)"]}`,
			[]string{"broken:1:1"}},
		{"null goes on within a rule", `{"n":5}`, rules.Null, `{"n":5,"a":1,"b":6,"e":[1,null]}`, []string{"broken:1:1"}},
		{"the first fails", `{"n":"x","a":3}`, rules.Report, `{"n":"x","a":3,"e":[3,null],"stellar_errors":[` +
			`"first:1:1: type error: + takes numbers, and 'x' is a string (with n = 'x')",` +
			`"broken:1:6: type error: - takes numbers, and 'x' is a string (with n = 'x')"]}`, []string{"first:1:1", "broken:1:6"}},
		{"skip stops at the first", `{"n":"x"}`, rules.Skip, "", []string{"first:1:1"}},
		{"a condition fails", `{"n":5,"c":"x"}`, rules.Fail, "", []string{"broken:1:1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := compile(t, newEnv(t, stellar.Limits{}), rules.Options{OnError: test.policy}, rules.Parsed{Rules: set[:2]}, rules.Parsed{Rules: set[2:]})
			m := parse(t, test.message)
			pass, err := s.Apply(context.Background(), m)
			require.Equal(t, test.want != "", pass)
			if pass {
				require.Equal(t, test.want, string(m.AppendJSON(nil)))
			} else {
				require.Equal(t, test.message, string(m.AppendJSON(nil)))
			}
			if test.errors == nil {
				require.NoError(t, err)
				return
			}
			list := listOf(t, err)
			require.Len(t, list, len(test.errors))
			for i, place := range test.errors {
				require.True(t, strings.HasPrefix(list[i].Error(), place+": "), list[i].Error())
			}
		})
	}
}

func TestConditionIsNoBool(t *testing.T) {
	s := compile(t, newEnv(t, stellar.Limits{}), rules.Options{}, rules.Parsed{Rules: []rules.Rule{rule("r", "n", "a=1"), rule("s", "", "b=1")}})
	m := parse(t, `{"n":5}`)
	_, err := s.Apply(context.Background(), m)
	require.ErrorIs(t, err, stellar.ErrType)
	require.Equal(t, "r", listOf(t, err)[0].File)
	require.True(t, strings.HasPrefix(string(m.AppendJSON(nil)), `{"n":5,"b":1,"stellar_errors":["r:1:1: type error: `), string(m.AppendJSON(nil)))
}

// TestFindings: everything that a check finds is told at once, of all rules, those
// that do not compile too, each with its place; and once.
func TestFindings(t *testing.T) {
	warning := &diag.Diagnostic{Severity: diag.Warning, File: "b.stellar", Message: "of a front end"}
	mistake := &diag.Diagnostic{Kind: diag.ErrSyntax, File: "b.stellar", Message: "of a front end"}
	good := "a := x and y or z\nb := if x then TO_UPER(y) else 1\n"
	bad := "c := GET(1)\nd := [TO_UPER(x), if x then LENGHT(y) else 2]\ne := x and y or z\nf := 1 +"
	for _, test := range []struct {
		name             string
		parsed           []rules.Parsed
		errors, warnings []string
	}{
		{"none", []rules.Parsed{script.Parse("a.stellar", []byte("a := 1"))}, nil, nil},
		{"warnings, and errors where evaluation need not get", []rules.Parsed{script.Parse("a.stellar", []byte(good))}, nil,
			[]string{"a.stellar:1:6: warning", "a.stellar:2:16: unknown function error"}},
		{"mistakes in several statements", []rules.Parsed{script.Parse("a.stellar", []byte(bad+"\n"+good))},
			[]string{"1:6: arity", "2:7: unknown", "2:29: unknown", "4:8: syntax", "6:16: unknown"},
			[]string{"3:6: warning", "5:6: warning"}},
		{"mistakes in several texts", []rules.Parsed{script.Parse("a.stellar", []byte(good)), {Findings: diag.List{warning, mistake}}},
			[]string{"a.stellar:2:16: unknown", "b.stellar:1:1: syntax"},
			[]string{"a.stellar:1:6: warning", "b.stellar:1:1: warning"}},
		{"a warning of a front end", []rules.Parsed{{Rules: []rules.Rule{rule("r", "", "a=1")}, Findings: diag.List{warning}}},
			nil, []string{"b.stellar:1:1: warning"}},
		{"rules without a text", []rules.Parsed{{Rules: []rules.Rule{rule("r", "F(", "_=1", "=2")}}},
			[]string{"r:1:1: syntax error: nothing can be assigned to the name '_'", "r:1:2: syntax"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, warnings, err := rules.Compile(context.Background(), newEnv(t, stellar.Limits{}), test.parsed...)
			require.Equal(t, test.errors != nil, set == nil)
			if test.errors == nil {
				require.NoError(t, err)
			} else {
				requireFindings(t, test.errors, listOf(t, err))
			}
			requireFindings(t, test.warnings, warnings)
		})
	}
}

func requireFindings(t *testing.T, want []string, got diag.List) {
	require.Len(t, got, len(want), got.Error())
	for i, d := range got {
		require.Contains(t, d.Error(), want[i])
		require.NotEmpty(t, d.File)
	}
}

func TestCompileEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	set, warnings, err := rules.Compile(ctx, newEnv(t, stellar.Limits{}), script.Parse("a", []byte("a := 1")))
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, set)
	require.Empty(t, warnings)
}

// TestMemoryOfAMessage: the rules for a message have one budget, in which what they
// keep counts, though it may be a part of the message or a constant.
func TestMemoryOfAMessage(t *testing.T) {
	const limit = 1 << 20
	text := strings.Repeat("x", limit/10)
	source := func(line string, n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(line, "#", strconv.Itoa(i)) + "\n")
		}
		return b.String()
	}
	for _, test := range []struct {
		name, line, message string
		drop                bool
		fits                int // of 20 lines
	}{
		{"made and kept", "r# := FILL_LEFT(s, 'a', 100000)", `{"s":"x"}`, false, 5},
		{"made and forgotten", "r# := FILL_LEFT(s, 'a', 100000)", `{"s":"x"}`, true, 5},
		{"made on the way", "r# := LENGTH(FILL_LEFT(s, 'a', 100000))", `{"s":"x"}`, false, 5},
		{"passed on", "r# := s", `{"s":"` + text + `"}`, false, 9},
		{"passed on as it is written", "r# := s", `{"s":[1` + strings.Repeat(",1", limit/20) + `]}`, false, 9},
		{"passed on within a list", "r# := [s, s]", `{"s":[1` + strings.Repeat(",1", limit/20) + `]}`, false, 4},
		{"passed on from another rule", "r# := {'k' : s, 'l' : r0}", `{"s":[1` + strings.Repeat(",1", limit/20) + `]}`, false, 5},
		{"seen only", "r# := LENGTH(s)", `{"s":"` + text + `"}`, false, 20},
		{"not kept", "r# := s", `{"s":"` + text + `"}`, true, 20},
		{"small", "r# := n + 1", `{"n":1}`, false, 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			options := rules.Options{OnError: rules.Skip}
			if test.drop {
				for i := range 20 {
					options.Drop = append(options.Drop, "r"+strconv.Itoa(i))
				}
			}
			s := compile(t, newEnv(t, stellar.Limits{Memory: limit}), options, script.Parse("r.stellar", []byte(source(test.line, 20))))
			m := parse(t, test.message)
			for range 2 { // each message has a budget of its own
				_, err := s.Apply(context.Background(), m)
				if test.fits == 20 {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, stellar.ErrLimit)
				d := listOf(t, err)[0]
				line, _ := d.Position()
				require.Equal(t, test.fits+1, line, d.Error())
				require.Contains(t, d.Error(), "the rules up to this one take more than the limit of 1048576 bytes of memory for one message")
			}
		})
	}
	// What fails takes nothing from the others.
	s := compile(t, newEnv(t, stellar.Limits{Memory: limit}), rules.Options{OnError: rules.Null},
		script.Parse("", []byte("a := FILL_LEFT(s, 'a', 2000000)\nb := FILL_LEFT(s, 'a', 5)\nc := FILL_LEFT(s, 'a', 2000000)\nd := TO_UPPER(b)")))
	m := parse(t, `{"s":"x"}`)
	_, err := s.Apply(context.Background(), m)
	require.Len(t, listOf(t, err), 2)
	require.ErrorContains(t, err, "1:6: limit error: FILL_LEFT: the evaluation takes more than the limit of 1048576 bytes of memory")
	require.ErrorContains(t, err, "3:6: limit error: FILL_LEFT: the rules up to this one take more than the limit")
	require.Equal(t, `{"s":"x","b":"aaaax","d":"AAAAX"}`, string(m.AppendJSON(nil)))
}
