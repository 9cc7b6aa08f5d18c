package repl_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

func newSession(t *testing.T, functions ...fn.Func) *repl.Session {
	s, err := repl.New(repl.Options{
		Environment: stellar.Options{Functions: functions},
		Variables:   stellar.Vars{"given": 1, "user-agent": "curl"},
	})
	require.NoError(t, err)
	return s
}

// describe returns a result in one line.
func describe(r repl.Result) string {
	var parts []string
	add := func(format string, values ...any) { parts = append(parts, fmt.Sprintf(format, values...)) }
	for _, e := range r.Events {
		add("event %s: %v", e.Function, e.Err)
	}
	for _, w := range r.Warnings {
		add("%v at %q", w.Severity, w.Source[w.Range.Start:w.Range.End])
	}
	switch a := r.Answer.(type) {
	case nil:
	case repl.Evaluated:
		add("value %v", a.Value)
	case repl.Assigned:
		for _, v := range a.Variables {
			add("assigned %s = %v via %s", v.Written(), v.Value, v.Expression)
		}
	case repl.Documentation:
		add("documentation of %s", a.Function.Name)
	case repl.FunctionList:
		add("%d functions with %q", len(a.Functions), a.Words)
	case repl.VariableList:
		for _, v := range a.Variables {
			add("%s = %v via %s", v.Written(), v.Value, v.Expression)
		}
	case repl.GlobalList:
		for _, v := range a.Globals {
			add("global %s = %v via %s", v.Written(), v.Value, v.Expression)
		}
	case repl.NameList:
		add("names %s", strings.Join(a.Names, " "))
	case repl.SettingList:
		for _, s := range a.Settings {
			add("%s=%s", s.Name, s.Value)
		}
	case repl.Explained:
		add("explained %s", a.Explanation)
	case repl.Loaded:
		for _, v := range a.Fields {
			add("loaded %s = %v", v.Written(), v.Value)
		}
		add("message %d of %s, more %v, hidden %v", a.Number, a.File, a.More, a.Hidden)
	case repl.Saved:
		add("saved %d", a.Assignments)
	case repl.Applied:
		for _, p := range a.Told.Parts {
			add("%s", p.Heading())
		}
	case repl.ModelList:
		add("%v", a.Models)
	case repl.Edited:
		add("edited %s into %s", a.Text, describe(repl.Result{Answer: a.Answer}))
	case repl.Help:
		for _, e := range a.Entries {
			add("%s", e.Form)
		}
	}
	if r.Err != nil {
		add("error %v", r.Err)
	}
	if r.Quit {
		add("quit")
	}
	return strings.Join(parts, "; ")
}

// ask is a function that always fails.
var ask = fn.Func{
	Name: "ASK", Doc: "Asks nobody.", Purity: fn.External, Result: fn.Any, ResultDoc: "null",
	Body: func(c *fn.Call) (value.Value, error) {
		c.Observe(fn.Event{Function: "ASK", Err: errors.New("nobody is there")})
		return value.Null, nil
	},
}

const helpForms = "An expression; name := expression; ?NAME; ??WORDS; %functions [WORDS]; %vars; %who; %globals; " +
	"%define NAME := EXPRESSION; %undefine NAME; %time TEXT; %explain EXPRESSION; %load FILE [N]; %save FILE; %rules FILE; " +
	"%models; %set [NAME=VALUE]; %edit [NAME]; %help [COMMAND]; %quit; # text"

func TestDo(t *testing.T) {
	s := newSession(t, ask)
	for _, step := range []struct{ text, want string }{
		{"", ""},
		{" \n # nothing\n// at all", ""},
		{"1 + 1", "value 2"},
		{" given + 1 # and one", "value 2"},
		{"given # one\n + # and\n 1", "value 2"},
		{"x := given + 1", "assigned x = 2 via given + 1"},
		{"# two at once\ny := x * 2 // four\n`z z` := [y,\n  x] # both\ny := y + 1\n", "assigned y = 5 via y + 1; assigned `z z` = [4, 2] via [y,\n  x]"},
		{"x := x + 1\nlost := 1 / 0", "error 2:9: arithmetic error: division of 1 by the integer zero"},
		{"%vars", "given = 1 via ; `user-agent` = curl via ; x = 2 via given + 1; y = 5 via y + 1; `z z` = [4, 2] via [y,\n  x]"},
		{"given := null", "assigned given = null via null"},
		{"given", "value null"},
		{"x == 2 and x == 3 or user-agent == 'a'", `warning at "x == 2 and x == 3 or user-agent == 'a'"; warning at "user-agent"; value false`},
		{"user-agent # a field?\n== 'a'", `warning at "user-agent"; value false`},
		{"1 + # one\n'a'", "error 2:1: syntax error: + takes numbers, and this is a string; join texts with JOIN([a, b], '')"},
		{"a := b := 1", "error 1:8: syntax error: an assignment has one :=, and the next one begins on a line of its own"},
		{"ASK() == null and ASK() == null", "event ASK: nobody is there; event ASK: nobody is there; value true"},
		{"a := ASK()", "event ASK: nobody is there; assigned a = null via ASK()"},
		{"1", "value 1"},
		{"?to_upper", "documentation of TO_UPPER"},
		{" ? TO_UPER ", "error there is no function TO_UPER; did you mean TO_UPPER?"},
		{"?SUBSTR", "error there is no function SUBSTR; write SUBSTRING(text, start, end); positions count from 0, and the end is a position too, not a length"},
		{"?a\x1b", `error there is no function "a\x1b"; %functions WORDS finds functions by what they do`},
		{"%functions _upper", `2 functions with "_upper"`},
		{"%functions\t to_upper ", `2 functions with "to_upper"`},
		{"%functions no_such", `0 functions with "no_such"`},
		{"%var", "a = null via ASK(); given = null via null; `user-agent` = curl via ; x = 2 via given + 1; y = 5 via y + 1; `z z` = [4, 2] via [y,\n  x]"},
		{"%help", helpForms},
		{"?", helpForms},
		{"%quit", "quit"},
		{" quit ", "quit"},
		{"quit + x", "value 2"},
		{"exit", "quit"},
		{"help", helpForms},
		{"help := 1", "assigned help = 1 via 1"},
		{"help", "value 1"},
	} {
		require.Equal(t, step.want, describe(s.Do(t.Context(), step.text)), step.text)
	}
}

// TestSourceIsWhatWasTyped: diagnostics show comments that the expression lacks.
func TestSourceIsWhatWasTyped(t *testing.T) {
	var d *diag.Diagnostic
	require.ErrorAs(t, newSession(t).Do(t.Context(), "'a' * # oh\n 2").Err, &d)
	require.True(t, strings.HasPrefix(d.Snippet(), "'a' * # oh\n^^^"), d.Snippet())
}

func TestEvaluate(t *testing.T) {
	s := newSession(t)
	require.Equal(t, "value 2", describe(s.Evaluate(t.Context(), "given + 1")))
	for _, text := range []string{"x := 1", "%vars", "?TO_UPPER", "1 # one", ""} {
		r := s.Evaluate(t.Context(), text)
		require.ErrorIs(t, r.Err, stellar.ErrSyntax, text)
		require.Nil(t, r.Answer, text)
	}
}

// TestCalledOff: an evaluation ends with its context, and the session goes on with its
// variables.
func TestCalledOff(t *testing.T) {
	var ctx context.Context
	var callOff context.CancelFunc
	wait := fn.Func{
		Name: "WAIT", Doc: "Waits.", Purity: fn.External, Result: fn.Any, ResultDoc: "nothing",
		Body: func(c *fn.Call) (value.Value, error) {
			callOff()
			<-c.Context().Done()
			c.Observe(fn.Event{Function: "WAIT", Err: fmt.Errorf("no answer: %w", c.Context().Err())})
			return value.Null, c.Context().Err()
		},
	}
	hide := wait // as functions do that are null on any failure
	hide.Name = "HIDE"
	hide.Body = func(c *fn.Call) (value.Value, error) {
		_, _ = wait.Body(c)
		return value.Null, nil
	}
	s := newSession(t, wait, hide)
	require.Equal(t, "assigned kept = 1 via 1", describe(s.Do(t.Context(), "kept := 1")))
	for _, text := range []string{"WAIT()", "kept := WAIT()", "HIDE()", "kept := HIDE()"} {
		ctx, callOff = context.WithCancel(t.Context())
		r := s.Do(ctx, text)
		callOff()
		require.ErrorIs(t, r.Err, context.Canceled, text)
		require.Nil(t, r.Answer, text)
		require.Empty(t, r.Events, text)
	}
	require.ErrorIs(t, s.Do(ctx, "kept := 3").Err, context.Canceled)
	require.Equal(t, "value 1", describe(s.Do(t.Context(), "kept")))
}

func TestEventsAreBounded(t *testing.T) {
	observed := 0
	s, err := repl.New(repl.Options{Environment: stellar.Options{
		Functions: []fn.Func{ask}, Observer: func(fn.Event) { observed++ },
	}})
	require.NoError(t, err)
	items := "[" + strings.Repeat("1,", 1499) + "1]"
	r := s.Do(t.Context(), "LENGTH(MAP("+items+", x -> ASK()))")
	require.Equal(t, value.Int(1500), r.Answer.(repl.Evaluated).Value)
	require.Equal(t, 1500, len(r.Events)+r.MoreEvents)
	require.Len(t, r.Events, 1000)
	require.Equal(t, 1500, observed)
	require.Zero(t, s.Do(t.Context(), "1").MoreEvents)
}

func TestUnfinished(t *testing.T) {
	s := newSession(t)
	require.True(t, s.Unfinished("[1,"))
	require.True(t, s.Unfinished("a := b and"))
	for _, text := range []string{"[1]", "?", "%functions [", "? (", strings.Repeat("[", stellar.Limits{}.WithDefaults().SourceLength+1)} {
		require.False(t, s.Unfinished(text), text[:1])
	}
}

func TestNewRefusesAWrongEnvironment(t *testing.T) {
	_, err := repl.New(repl.Options{Environment: stellar.Options{Functions: []fn.Func{ask, ask}}})
	require.ErrorContains(t, err, "ASK")
}
