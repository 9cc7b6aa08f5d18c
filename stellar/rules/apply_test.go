package rules_test

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

func TestApply(t *testing.T) {
	vars, err := stellar.JSON([]byte(`{"limit":100,"name":"variable"}`))
	require.NoError(t, err)
	tests := []struct {
		name, source string
		options      rules.Options
		message      string
		want         string // none: the message does not pass
		errors       int
	}{
		{"new fields in order", "b := 1\na := b + 1", rules.Options{}, `{"z": 0}`, `{"z": 0,"b":1,"a":2}`, 0},
		{"a field is replaced in place", "a := a + 1", rules.Options{}, `{"a":1,"b":2}`, `{"a":2,"b":2}`, 0},
		{"a field may change its kind", "a := [a, {'k' : a}]", rules.Options{}, `{"a":1.5}`, `{"a":[1.5,{"k":1.5}]}`, 0},
		{"null removes a field", "a := null", rules.Options{}, `{"a":1,"b":2}`, `{"b":2}`, 0},
		{"null hides a field", "a := null\nb := exists(a)", rules.Options{}, `{"a":1}`, `{"b":false}`, 0},
		{"null and then a value keeps the place", "a := null\na := 3", rules.Options{}, `{"a":1,"b":2}`, `{"a":3,"b":2}`, 0},
		{"an accumulator", "s := [1]\ns := LIST_ADD(s, 2)\nn := LENGTH(s)", rules.Options{}, `{}`, `{"s":[1,2],"n":2}`, 0},
		{"a list of the message is copied", "t := LIST_ADD(l, 3)", rules.Options{}, `{"l":[1,2]}`, `{"l":[1,2],"t":[1,2,3]}`, 0},
		{"names with dots", "a.b := a.c", rules.Options{}, `{"a.c":1}`, `{"a.c":1,"a.b":1}`, 0},
		{"names in backquotes", "`user-agent` := TO_UPPER(`user-agent`)\n `in`:=1\nx := `in` + 1 // `y`", rules.Options{}, `{"user-agent":"curl"}`, `{"user-agent":"CURL","in":1,"x":2}`, 0},
		{"plain and in backquotes", "`a` := 1\na := a + `a`", rules.Options{}, `{}`, `{"a":2}`, 0},
		{"names in backquotes kept and dropped", "`a-b` := 1\n`in` := 2\nc := 3", rules.Options{Keep: []string{"a-b", "in"}, Drop: []string{"in"}}, `{}`, `{"a-b":1}`, 0},
		{"null in backquotes", "`a-b` := null", rules.Options{}, `{"a-b":1,"c":2}`, `{"c":2}`, 0},
		{"paths", "x := a.b\ny := MAP(l, i -> i.n)", rules.Options{}, `{"a":{"b":1},"l":[{"n":2}]}`, `{"a":{"b":1},"l":[{"n":2}],"x":1,"y":[2]}`, 0},
		{"path of what was assigned", "a := {'b' : 2}\nx := a.b", rules.Options{}, `{"a":{"b":1}}`, `{"a":{"b":2},"x":2}`, 0},
		{"path of a variable", "x := a.b", rules.Options{Variables: stellar.Vars{"a": map[string]any{"b": 3}}}, `{"a":null}`, `{"a":null,"x":3}`, 0},
		{"path below a dotted variable", "x := a.b", rules.Options{Variables: stellar.Vars{"a.b": 3}}, `{"a":{"b":1}}`, `{"a":{"b":1},"x":3}`, 0},
		{"assigned name with a dot", "a.b := 2\nx := a.b\ny := a.c", rules.Options{}, `{"a":{"b":1,"c":3}}`, `{"a":{"b":1,"c":3},"a.b":2,"x":2,"y":3}`, 0},
		{"null hides a path", "a.b := null\nx := exists(a.b)\ny := a.c", rules.Options{}, `{"a":{"b":1,"c":3},"a.b":0}`, `{"a":{"b":1,"c":3},"x":false,"y":3}`, 0},
		{"null hides all paths", "a := null\nx := exists(a.b)", rules.Options{}, `{"a":{"b":1}}`, `{"x":false}`, 0},
		{"all fields", "x := null\ny := 1\nn := GET(SPLIT(JOIN([MAP_EXISTS('x',_),MAP_EXISTS('y',_),MAP_EXISTS('z',_)],','),','),0)",
			rules.Options{Keep: []string{"n"}}, `{"x":1,"z":2}`, `{"x":1,"z":2,"n":"false"}`, 0},
		{"variables", "over := n > limit\nwho := name", rules.Options{Variables: vars}, `{"n":101,"name":"field"}`,
			`{"n":101,"name":"field","over":true,"who":"field"}`, 0},
		{"a null field does not hide a variable", "who := name", rules.Options{Variables: vars}, `{"name":null}`,
			`{"name":null,"who":"variable"}`, 0},
		{"an assigned null hides a variable", "name := null\nwho := exists(name)", rules.Options{Variables: vars}, `{}`, `{"who":false}`, 0},
		{"keep", "a := 1\nb := 2\nc := 3", rules.Options{Keep: []string{"c", "a"}}, `{"b":0}`, `{"b":0,"a":1,"c":3}`, 0},
		{"drop", "a := 1\nb := 2\nc := 3", rules.Options{Drop: []string{"b"}}, `{"b":0}`, `{"b":0,"a":1,"c":3}`, 0},
		{"keep without what is dropped", "a := 1\nb := 2", rules.Options{Keep: []string{"a", "b"}, Drop: []string{"b"}}, `{}`, `{"a":1}`, 0},
		{"report", "a := 1\nb := s + 1\nc := s - 1", rules.Options{}, `{"s":"x"}`,
			`{"s":"x","stellar_errors":["test.stellar:2:6: type error: + takes numbers, and 'x' is a string (with s = 'x')"]}`, 1},
		{"fail", "a := 1\nb := s + 1", rules.Options{OnError: rules.Fail}, `{"s":"x"}`, "", 1},
		{"skip", "a := 1\nb := s + 1", rules.Options{OnError: rules.Skip}, `{"s":"x"}`, "", 1},
		{"null", "a := 1\nb := s + 1\nc := b == null\ns := s / 2", rules.Options{OnError: rules.Null}, `{"s":"x","b":7}`, `{"a":1,"c":true}`, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := load(t, test.source, test.options)
			m := parse(t, test.message)
			pass, err := p.Apply(context.Background(), m)
			require.Equal(t, test.want != "", pass)
			got := string(m.AppendJSON(nil))
			if test.want == "" {
				test.want = test.message
			}
			require.Equal(t, test.want, got)
			if test.errors == 0 {
				require.NoError(t, err)
				return
			}
			require.Len(t, listOf(t, err), test.errors)
		})
	}
}

// TestDigits: what a statement computes is written as values are, what it only
// passes on as it was.
func TestDigits(t *testing.T) {
	vars := stellar.Vars{"limit": 1.5, "inf": math.Inf(1), "n": 7}
	const message = `{"e":1e400,"d":1.50,"z":-0,"l":[ 1e400, {"a" : 1.0E+2}],"o":{ "a":1e400,"b":"\u0041"},"s":"\u0041 1e400","n":null}`
	for source, want := range map[string]string{
		"y := e":                            `"y":1e400`,
		"y := d":                            `"y":1.50`,
		"y := z // a comment":               `"y":-0`,
		"y := ( `d` )":                      `"y":1.50`,
		"y := l":                            `"y":[1e400,{"a":1.0E+2}]`,
		"y := o":                            `"y":{"a":1e400,"b":"A"}`,
		"y := s":                            `"y":"A 1e400"`,
		"y := n":                            `"y":7`,
		"y := limit":                        `"y":1.5`,
		"y := [e, [d, s], 2.50, limit]":     `"y":[1e400,[1.50,"A 1e400"],2.5,1.5]`,
		"y := {'a' : e, 'b' : {'c' : [z]}}": `"y":{"a":1e400,"b":{"c":[-0]}}`,
		"y := {'a' : d, 'a' : e}":           `"y":{"a":1.50}`,
		"y := {'a' : missing, 'b' : d}":     `"y":{"a":null,"b":1.50}`,
		"y := {s : d}":                      `"y":{"A 1e400":1.5}`,
		"y := d\nz := y":                    `"y":1.50`,
		"y := [d]\nx := {'y' : y}":          `"y":[1.50],"x":{"y":[1.50]}`,
		"y := d\ny := y + 1":                `"y":2.5`,
		"d := 2\ny := d":                    `"y":2`,
		"y := d * 1":                        `"y":1.5`,
		"y := e + 0":                        `"y":null`,
		"y := [inf, e, 0.0 / 0]":            `"y":[null,1e400,null]`,
		"y := LIST_ADD(l, d)":               `"y":[null,{"a":100.0},1.5]`,
		"y := o.a":                          `"y":null`,
	} {
		m := parse(t, message)
		_, err := load(t, source, rules.Options{Variables: vars}).Apply(context.Background(), m)
		require.NoError(t, err, source)
		got := string(m.AppendJSON(nil))
		require.Contains(t, got, `,"n":null,`+want, source)
		require.True(t, json.Valid([]byte(got)), got)
		require.Equal(t, strings.Contains(want, "null") && !strings.Contains(source, "missing"), len(m.NotFinite()) > 0, source)

		// Another program passes on what this one has passed on.
		_, err = load(t, "again := y", rules.Options{}).Apply(context.Background(), m)
		require.NoError(t, err, source)
		_, y, _ := strings.Cut(want, `"y":`)
		y, _, _ = strings.Cut(y, `,"x":`)
		require.True(t, strings.HasSuffix(string(m.AppendJSON(nil)), `,"again":`+y+`}`), "%s: %s", source, m.AppendJSON(nil))
	}
}

func TestNotFinite(t *testing.T) {
	m := parse(t, `{"a":1e400,"b":[1e400],"c":1}`)
	_, err := load(t, "d := a + 1\ne := a\nf := {'k' : -a}\ng := a - a\ng := null\nh := b\nc := LN(-1)", rules.Options{}).Apply(context.Background(), m)
	require.NoError(t, err)
	require.Equal(t, []string{"c", "d", "f"}, m.NotFinite())
	require.Equal(t, `{"a":1e400,"b":[1e400],"c":null,"d":null,"e":1e400,"f":{"k":null},"h":[1e400]}`, string(m.AppendJSON(nil)))
}

func TestProgramIsUsedByManyGoroutines(t *testing.T) {
	p := load(t, "t := LIST_ADD(l, 3)\nn := LENGTH(t) + limit\nu := TO_UPPER(s)", rules.Options{Variables: stellar.Vars{"limit": 1}})
	shared := parse(t, `{"l":[1,2],"s":"a\u0062c"}`)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 50 {
				m, err := rules.ParseMessage([]byte(`{"l":[1,2],"s":"abc"}`))
				if err != nil {
					panic(err)
				}
				if _, err := p.Apply(context.Background(), m); err != nil || string(m.AppendJSON(nil)) != `{"l":[1,2],"s":"abc","t":[1,2,3],"n":4,"u":"ABC"}` {
					t.Errorf("%s, %v", m.AppendJSON(nil), err)
				}
				got, err := p.Eval(context.Background(), shared)
				if err != nil || got[2].Value.Str() != "ABC" || got[1].Value.Go() != 4 {
					t.Errorf("%v, %v", got, err)
				}
			}
		})
	}
	group.Wait()
	require.Equal(t, `{"l":[1,2],"s":"a\u0062c"}`, string(shared.AppendJSON(nil)))
}
