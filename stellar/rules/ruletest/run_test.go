package ruletest_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/ruletest"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/value"
)

func run(t *testing.T, options ruletest.Options, text string) *ruletest.Report {
	set := yaml.Parse("rules.yaml", []byte(text), nil)
	require.Empty(t, set.Findings)
	report, err := ruletest.Run(context.Background(), options, set)
	require.NoError(t, err)
	return report
}

// failures returns what went wrong, by the names of the tests.
func failures(report *ruletest.Report) map[string][]string {
	all := map[string][]string{}
	for _, r := range report.Results {
		for _, f := range r.Failures {
			all[r.Test.Name] = append(all[r.Test.Name], f.String())
		}
	}
	return all
}

// TestMocks: a function returns what the test says, and in other tests what it always
// does; also where it could be computed beforehand, and where all it needs is one
// argument.
func TestMocks(t *testing.T) {
	lookup := stellar.Func("LOOK_UP(name) -> what is known", "Looks up.", func(name string) string { return "real " + name })
	anything := stellar.Func("ANYTHING(name) -> anything", "Looks up.", func(name string) any { return name })
	report := run(t, ruletest.Options{Environment: stellar.Options{Functions: []fn.Func{lookup, anything}}}, `
enrich:
  site: |
    known := LOOK_UP(n)
    upper := TO_UPPER('a')
    any := ANYTHING(n)
    second := REGEXP_MATCH('a', 'b')
tests:
  - { name: real, message: { n: x }, expect: { known: real x, upper: A, any: x, second: false } }
  - { name: a value, message: { n: x }, mock: { LOOK_UP: y, TO_UPPER: z, REGEXP_MATCH: true }, expect: { known: y, upper: z, second: true } }
  - { name: by argument, message: { n: x }, mock: { LOOK_UP: { x: y }, ANYTHING: { x: 1 } }, expect: { known: y, any: 1 } }
  - { name: not among the arguments, message: { n: q }, mock: { LOOK_UP: { x: y }, ANYTHING: { x: 1 } }, expect: { known: null, any: { x: 1 } } }
  - { name: "null", message: { n: q }, mock: { LOOK_UP: }, expect: { known: null } }
  - { name: a number, message: { n: "5" }, mock: { LOOK_UP: x, ANYTHING: { "5": five } }, expect: { any: five } }
  - { name: misspelt, message: {}, mock: { LOOK_UPP: 1 }, expect: {} }
`)
	require.Equal(t, map[string][]string{"misspelt": {"mock: there is no function LOOK_UPP; did you mean LOOK_UP?"}}, failures(report))
}

// TestNow: clocks stand, for exceptions too, and go again in the next test.
func TestNow(t *testing.T) {
	clock := fn.Func{Name: "CLOCK", Purity: fn.Impure, Result: fn.String, ResultDoc: "the day", Doc: "Returns the day.",
		Body: func(c *fn.Call) (value.Value, error) { return value.String(c.Now().Format(time.DateOnly)), nil }}
	report := run(t, ruletest.Options{Environment: stellar.Options{
		Functions: []fn.Func{clock}, Clock: func() time.Time { return time.Date(2030, 1, 2, 0, 0, 0, 0, time.UTC) },
	}}, `
enrich: { site: "day := CLOCK()" }
triage:
  rules:
    - { name: one, when: true, score: 1, except: [ { when: true, until: 2999-12-31 } ] }
tests:
  - { name: then, now: 2999-12-31T23:59:59Z, message: {}, expect: { day: 2999-12-31, fired: [] } }
  - { name: later, now: 3000-01-01, message: {}, expect: { day: 3000-01-01, fired: one } }
  - { name: now, message: {}, expect: { day: 2030-01-02, fired: [] } }
`)
	require.Empty(t, failures(report))
}

// TestTimeout: a test that does not end is left to itself, even if a function does not
// heed its context; others are run.
func TestTimeout(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	hang := fn.Func{Name: "HANG", Purity: fn.External, Result: fn.String, ResultDoc: "nothing", Doc: "Hangs.", Exact: true,
		Body: func(*fn.Call) (value.Value, error) { <-release; return value.Null, nil }}
	wait := fn.Func{Name: "WAIT", Purity: fn.External, Result: fn.String, ResultDoc: "nothing", Doc: "Waits.", Exact: true,
		Body: func(c *fn.Call) (value.Value, error) { <-c.Context().Done(); return value.Null, c.Context().Err() }}
	report := run(t, ruletest.Options{
		Environment: stellar.Options{Functions: []fn.Func{hang, wait}}, Timeout: 50 * time.Millisecond, Coverage: true,
	}, `
enrich:
  one: { assign: { a: HANG() }, when: hang }
  two: { assign: { a: WAIT() }, when: wait }
tests:
  - { name: hangs, message: { hang: true, wait: false }, expect: {} }
  - { name: waits, messages: [ { hang: false, wait: true }, { hang: false, wait: true } ], expect: {} }
  - { name: ends, message: { hang: false, wait: false }, expect: {} }
`)
	late := []string{"the test has not ended within 50ms"}
	require.Equal(t, map[string][]string{"hangs": late, "waits": late}, failures(report))
	require.Equal(t, ruletest.Passed, report.Results[2].Outcome)
}

func TestCalledOff(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	set := yaml.Parse("rules.yaml", []byte("drop: a\ntests: [ { name: a, message: {}, expect: {} } ]\n"), nil)
	_, err := ruletest.Run(ctx, ruletest.Options{}, set)
	require.ErrorIs(t, err, context.Canceled)
}

func TestRulesThatCannotBeApplied(t *testing.T) {
	set := yaml.Parse("rules.yaml", []byte("drop: TO_UPER(a)\n"), nil)
	_, err := ruletest.Run(context.Background(), ruletest.Options{}, set)
	var list diag.List
	require.ErrorAs(t, err, &list)
}

// TestFiles: messages come from where the host says.
func TestFiles(t *testing.T) {
	open := func(name string) (io.ReadCloser, error) {
		if name != "sample.json" {
			return nil, fs.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(`{"n":1}{"n":2}{"n":`)), nil
	}
	report := run(t, ruletest.Options{Open: open}, `
drop: a == 1
tests:
  - { name: second, file: sample.json, at: 2, expect: { n: 2 } }
  - { name: broken, file: sample.json, expect: {} }
  - { name: missing, file: other.json, expect: {} }
`)
	require.Equal(t, map[string][]string{
		"broken": {"sample.json: message 3: the text ends within it"}, "missing": {"other.json: file does not exist"},
	}, failures(report))
	require.Equal(t, 2, report.Results[0].Messages)
}

// TestExpected: the rules that a test expects are known by name and id.
func TestExpected(t *testing.T) {
	report := run(t, ruletest.Options{Select: func(name string) bool { return name != "left out" }}, `
triage:
  rules:
    - { name: one, id: r-1, when: a == 1, score: 1 }
    - { name: two, id: r-2, when: a == 1, score: 1 }
tests:
  - { name: both, message: { a: 1 }, expect: { fired: [r-1, two] } }
  - { name: left out, message: {}, expect: { fired: [r-1] } }
`)
	require.Len(t, report.Results, 1)
	require.Empty(t, failures(report))
	require.Len(t, report.Results[0].Expected, 2)
	require.Equal(t, "r-2", report.Results[0].Expected[1].ID)
}

// TestNulls: what an expression sees as null is told with the test in which it was, once.
func TestNulls(t *testing.T) {
	lost := fn.Func{Name: "LOST", Purity: fn.External, Result: fn.String, ResultDoc: "nothing", Doc: "Fails.",
		Params: []fn.Param{{Name: "name", Kinds: fn.String, Doc: "a name"}},
		Body: func(c *fn.Call) (value.Value, error) {
			c.Observe(fn.Event{Function: "LOST", Subject: c.Arg(0).String(), Err: errors.New("out of order")})
			return value.Null, nil
		}}
	report := run(t, ruletest.Options{Environment: stellar.Options{Functions: []fn.Func{lost}}}, `
enrich: { a: { assign: { x: "[LOST('a'), LOST('a'), LOST('b')]" }, when: a == 1 } }
tests:
  - { name: one, message: { a: 1 }, expect: {} }
  - { name: two, message: { a: 2 }, expect: {} }
`)
	require.Len(t, report.Results[0].Nulls, 2)
	require.Empty(t, report.Results[1].Nulls)
}
