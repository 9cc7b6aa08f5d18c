package display_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/display"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

func shown(t testing.TB, v value.Value, o display.Options) (string, display.Shown) {
	var b bytes.Buffer
	s, err := display.Write(t.Context(), &b, v, o)
	require.NoError(t, err)
	text, ok := strings.CutSuffix(b.String(), "\n")
	require.True(t, ok)
	return text, s
}

// of returns the value of an expression.
func of(t testing.TB, expression string) value.Value {
	p, err := stellar.Compile(expression)
	require.NoError(t, err, expression)
	v, err := p.Value(t.Context(), nil)
	require.NoError(t, err, expression)
	return v
}

// TestForms shows one value in all formats, 40 columns wide.
func TestForms(t *testing.T) {
	for _, c := range []struct{ expression, table, line, json, text string }{
		{`5`, `5`, `5`, `5`, `5`},
		{`'5'`, `'5'`, `'5'`, `"5"`, `5`},
		{`5L`, `5`, `5`, `5`, `5`},
		{`2.0`, `2.0`, `2.0`, `2.0`, `2.0`},
		{`null`, `null`, `null`, `null`, `null`},
		{`true`, `true`, `true`, `true`, `true`},
		{`''`, `''`, `''`, `""`, ``},
		{`'it\'s "a" \\ \t'`, `'it\'s "a" \\ \t'`, `'it\'s "a" \\ \t'`, `"it's \"a\" \\ \t"`, "it's \"a\" \\ \t"},
		{`'one\ntwo\\'`, "a string of 2 lines:\none\ntwo\\", `'one\ntwo\\'`, `"one\ntwo\\"`, "one\ntwo\\"},
		{`NaN`, `NaN`, `NaN`, `null`, `NaN`},
		{`[NaN, -1e999]`, `[NaN, -Infinity]`, `[NaN, -Infinity]`, `[null, null]`, `[null,null]`},
		{`[]`, `[]`, `[]`, `[]`, `[]`},
		{`{}`, `{}`, `{}`, `{}`, `{}`},
		{`[1, 'x', null, [2.5]]`, `[1, 'x', null, [2.5]]`, `[1, 'x', null, [2.5]]`, `[1, "x", null, [2.5]]`, `[1,"x",null,[2.5]]`},
		{`{'a' : 1, 2 : {'b' : []}, null : true}`, `{'a': 1, 2: {'b': []}, null: true}`, `{'a': 1, 2: {'b': []}, null: true}`,
			`{"a": 1, "2": {"b": []}, "null": true}`, `{"a":1,"2":{"b":[]},"null":true}`},
		{`SET_INIT([1, 'a', 1])`, `SET_INIT([1, 'a'])`, `SET_INIT([1, 'a'])`, `[1, "a"]`, `[1,"a"]`},
		{`{[1] : 'list'}`, `{[1]: 'list'}`, `{[1]: 'list'}`, `{"[1]": "list"}`, `{"[1]":"list"}`},
		{`x -> x + 1`, `x -> …`, `x -> …`, `"lambda"`, `lambda`},
		{`[(a, b) -> a]`, `[(a, b) -> …]`, `[(a, b) -> …]`, `["lambda"]`, `["lambda"]`},
		{`STATS_ADD(null, 1, 2, 3)`, `Statistics{count=3.0, mean=2.0, sd=1.0, min=1.0, max=3.0}`, `Statistics{count=3.0, mean=2.0, sd=1.0, min=1.0, max=3.0}`,
			`"Statistics{count=3.0, mean=2.0, sd=1.0, min=1.0, max=3.0}"`, `Statistics{count=3.0, mean=2.0, sd=1.0, min=1.0, max=3.0}`},
		{`[['aaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbb'], 1]`, "[\n  [\n    'aaaaaaaaaaaaaaaaaa',\n    'bbbbbbbbbbbbbbbbbbbbb'\n  ],\n  1\n]",
			`[['aaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbb'], 1]`,
			"[\n  [\n    \"aaaaaaaaaaaaaaaaaa\",\n    \"bbbbbbbbbbbbbbbbbbbbb\"\n  ],\n  1\n]", `[["aaaaaaaaaaaaaaaaaa","bbbbbbbbbbbbbbbbbbbbb"],1]`},
		{`{'host' : 'www.example.org', 'ports' : [80, 443, 8080, 8443, 9000, 9001]}`,
			"{\n  'host': 'www.example.org',\n  'ports': [\n    80, 443, 8080, 8443, 9000, 9001\n  ]\n}",
			`{'host': 'www.example.org', 'ports': [80, 443, 8080, 8443, 9000, 9001]}`,
			"{\n  \"host\": \"www.example.org\",\n  \"ports\": [\n    80, 443, 8080, 8443, 9000, 9001\n  ]\n}",
			`{"host":"www.example.org","ports":[80,443,8080,8443,9000,9001]}`},
		{`[100000, 200000, 300000, 400000, 500000, 600000]`, "[\n  100000, 200000, 300000, 400000,\n  500000, 600000\n]",
			`[100000, 200000, 300000, 400000, 500000, 600000]`,
			"[\n  100000, 200000, 300000, 400000,\n  500000, 600000\n]", `[100000,200000,300000,400000,500000,600000]`},
		{`[1, 2, 3, 4, 5, 6, 7, 8]`, "[1, 2, 3, 4, 5, 6, 7, 8]\n▁▂▃▄▅▆▇█  8 numbers from 1 to 8, mean 4.5", `[1, 2, 3, 4, 5, 6, 7, 8]`, `[1, 2, 3, 4, 5, 6, 7, 8]`, `[1,2,3,4,5,6,7,8]`},
		{`[0.1, 0.2, 0.3, 1000000, 5, 1, 1, 1]`, "[0.1, 0.2, 0.3, 1000000, 5, 1, 1, 1]\n▁▁▁█▁▁▁▁  8 numbers from 0.1 to 1000000, mean 125001", `[0.1, 0.2, 0.3, 1000000, 5, 1, 1, 1]`, `[0.1, 0.2, 0.3, 1000000, 5, 1, 1, 1]`, `[0.1,0.2,0.3,1000000,5,1,1,1]`},
		{`[7, 7, 7, 7, 7, 7, 7, 7]`, "[7, 7, 7, 7, 7, 7, 7, 7]\n▁▁▁▁▁▁▁▁  8 numbers from 7 to 7, mean 7", `[7, 7, 7, 7, 7, 7, 7, 7]`, `[7, 7, 7, 7, 7, 7, 7, 7]`, `[7,7,7,7,7,7,7,7]`},
	} {
		for format, want := range map[display.Format]string{"": c.table, display.Table: c.table, display.Line: c.line, display.JSON: c.json, display.Text: c.text} {
			got, s := shown(t, of(t, c.expression), display.Options{Format: format, Width: 40, Limit: 100})
			require.Equal(t, want, got, "%s as %s", c.expression, format)
			require.False(t, s.Cut)
			require.Equal(t, strings.Contains(got, "null") && strings.Contains(c.line, "NaN"), s.NotFinite, "%s as %s", c.expression, format)
		}
	}
}

// TestLineReadsBack: what is shown in a line is an expression of the same value.
func TestLineReadsBack(t *testing.T) {
	for _, expression := range []string{
		`'it\'s \\ "a" \n\r\t ü 日本 👨‍👩‍👧'`, `[1, 'x', null, [2.5, true]]`, `{'a' : {'b' : -1}, 2 : []}`, `SET_INIT([1, 'a'])`,
	} {
		v := of(t, expression)
		text, _ := shown(t, v, display.Options{Format: display.Line})
		require.True(t, value.Equal(v, of(t, text)), text)
	}
}

func TestTables(t *testing.T) {
	for _, c := range []struct{ name, expression, want string }{
		{"numbers right, missing blank, null spelt", `[{'host' : 'a.example', 'bytes' : 5}, {'bytes' : 1234, 'host' : null}, {'host' : '日本', 'ok' : true}]`, `
host      │ bytes │ ok
──────────┼───────┼─────
a.example │     5 │
null      │  1234 │
日本      │       │ true`},
		{"strings that look like something else", `[{'a' : '5'}, {'a' : 5}, {'a' : 'null'}, {'a' : ''}, {'a' : ' x'}, {'a' : '10.0.0.1'}, {'a' : '[1]'}, {'a' : 'it\'s'}, {'a' : '1e5'}]`, `
a
────────
'5'
5
'null'
''
' x'
10.0.0.1
'[1]'
it's
'1e5'`},
		{"keys", `[{1 : 'a', '1' : 'b', null : 'c'}, {[1] : 2}]`, `
1 │ '1' │ null │ [1]
──┼─────┼──────┼────
a │ b   │ c    │
  │     │      │   2`},
		{"wide columns are narrowed", `[{'short' : 1, 'long' : 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}, {}]`, `
short │ long
──────┼─────────────────────────────────
    1 │ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
      │`},
		{"characters of several parts", `[{'a' : '👨‍👩‍👧‍👦 fam', 'b' : 1}, {'a' : '🇩🇪 de', 'b' : 2}, {'a' : '❤️ vs', 'b' : 3}, {'a' : '👍🏽 ok', 'b' : 4}, {'a' : 'école', 'b' : 5}, {'a' : '🏳️‍🌈', 'b' : 6}, {'a' : '각각', 'b' : 7}]`, `
a      │ b
───────┼──
👨‍👩‍👧‍👦 fam │ 1
🇩🇪 de  │ 2
❤️ vs  │ 3
👍🏽 ok  │ 4
école  │ 5
🏳️‍🌈     │ 6
각각   │ 7`},
		{"they are not cut", `[{'a' : 1, 'cc' : '👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦'}, {}]`, `
a │ cc
──┼──────────────────
1 │ 👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦…
  │`},
		{"what does not fit", `[{'aaaaaaaaaaaa' : 1, 'bbbbbbbbbbbb' : 2, 'cccccccccccc' : 3, 'dddddddddddd' : 4}, {}]`, `
aaaaaaaaaaaa │ bbbbbbbbbbbb
─────────────┼─────────────
           1 │            2
             │
… 2 more columns`},
		{"collections in cells", `[{'a' : [1, 'x'], 'b' : {'c' : 1}}, {'a' : 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}]`, `
a                             │ b
──────────────────────────────┼─────────
[1, 'x']                      │ {'c': 1}
aaaaaaaaaaaaaaaaaaaaaaaaaaaa… │`},
		{"escapes", `[{'a' : 'x\ny\\'}, {'a\t' : 1}]`, `
a      │ 'a\t'
───────┼──────
x\ny\\ │
       │     1`},
		{"no table: one map", `[{'a' : 1}]`, "\n[{'a': 1}]"},
		{"no table: not all are maps", `[{'a' : 1}, 2]`, "\n[{'a': 1}, 2]"},
		{"no table: nothing in them", `[{}, {}]`, "\n[{}, {}]"},
	} {
		got, _ := shown(t, of(t, c.expression), display.Options{Width: 40, Limit: 100})
		require.Equal(t, c.want, "\n"+got, c.name)
	}
}

// TestRows shows maps entry by entry, 30 columns wide.
func TestRows(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{"[{'host' : 'a.example', 'n' : 5}, {'n' : null, 'long' : 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}]", `
row 1 of 2
host │ 'a.example'
n    │ 5
row 2 of 2
n    │ null
long │ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'`},
		{"[{'a' : 1}, {}, {'a' : 2}, {'a' : 3}, {'a' : 4}, {'日本' : 5}]", `
row 1 of 6
a │ 1
… 4 more rows
row 6 of 6
日本 │ 5`},
		{"{'a' : {'b' : [1, 2]}, 'cc' : [{'long' : 'aaaaaaaaaaaa', 'n' : 1}, {'n' : 2}]}", `
a  │ {'b': [1, 2]}
cc │ [
    {
      'long': 'aaaaaaaaaaaa',
      'n': 1
    },
    {'n': 2}
  ]`},
		{"{'a' : 1, 'b' : 2, 'c' : 3, 'd' : 4, 'e' : 5, 'f' : 6}", `
a │ 1
b │ 2
c │ 3
d │ 4
e │ 5
… 1 more`},
		{"[1, 'x']", "\n[1, 'x']"},
		{"[{'a' : 1}, 2]", "\n[{'a': 1}, 2]"},
		{"[]", "\n[]"},
		{"{}", "\n{}"},
		{"'5'", "\n'5'"},
		{"[{}]", "\nrow 1 of 1"},
	} {
		var b strings.Builder
		_, err := display.Write(t.Context(), &b, of(t, c.expression), display.Options{Format: display.Rows, Width: 30, Limit: 5})
		require.NoError(t, err)
		require.Equal(t, c.want+"\n", "\n"+b.String(), c.expression)
	}
}

func TestLimits(t *testing.T) {
	numbers := func(n int) value.Value {
		items := make([]value.Value, n)
		for i := range items {
			items[i] = value.Int(int32(i % 10))
		}
		return value.ListOf(items...)
	}
	rows := make([]value.Value, 1000)
	for i := range rows {
		rows[i] = value.FromMap(value.NewMap(1).Put(value.String("n"), value.Int(int32(i))))
	}
	deep := value.Int(1)
	for range 9000 {
		deep = value.ListOf(deep)
	}
	wide := value.ListOf(value.String("x"))
	for range 20 { // a million items that share their parts
		wide = value.ListOf(wide, wide, wide)
	}
	for _, c := range []struct {
		name string
		v    value.Value
		o    display.Options
		want string // part of it
	}{
		{"items", numbers(1234), display.Options{Limit: 3}, "[0, 1, 2, … 1,231 more]"},
		{"items, filled", numbers(1234), display.Options{Width: 20, Limit: 3}, "[\n  0, 1, 2,\n  … 1,231 more\n]"},
		{"items in a line that they fit", numbers(1234), display.Options{Width: 40, Limit: 3}, "[0, 1, 2, … 1,231 more]"},
		{"entries", of(t, "{'a' : 1, 'b' : 2, 'c' : 3}"), display.Options{Width: 20, Limit: 2}, "{\n  'a': 1,\n  'b': 2\n  … 1 more\n}"},
		{"characters", value.String(strings.Repeat("ü", 2100)), display.Options{Limit: 100}, "ü'… 100 more characters"},
		{"few characters", value.String(strings.Repeat("ü", 2001)), display.Options{Limit: 100}, "ü'"},
		{"characters in a list", value.ListOf(value.String(strings.Repeat("ü", 2001))), display.Options{Limit: 100}, "ü'… 1,801 more characters]"},
		{"lines", value.String(strings.Repeat("x\n", 2000)), display.Options{Limit: 100}, "a string of 2,000 lines:\nx\n"},
		{"text", value.String(strings.Repeat("x", 2100)), display.Options{Format: display.Text, Limit: 100}, "x… 100 more characters"},
		{"rows", value.ListOf(rows...), display.Options{Width: 40, Limit: 5}, "n\n───\n  0\n… 998 more rows\n999"},
		{"levels", deep, display.Options{Limit: 100, Width: 40}, "[… 1 more]"},
		{"all levels", deep, display.Options{}, strings.Repeat("]", 9000)},
		{"shared parts", wide, display.Options{Limit: 100, Width: 40}, "… 3 more"},
		{"JSON", numbers(1000), display.Options{Format: display.JSON, Limit: 3}, "[0,1,2,… 997 more]"},
	} {
		got, s := shown(t, c.v, c.o)
		require.Contains(t, got, c.want, c.name)
		require.Equal(t, strings.Contains(got, "…"), s.Cut, c.name)
		require.Less(t, len(got), 100_000, c.name)
	}
	whole, s := shown(t, numbers(1234), display.Options{})
	require.Equal(t, 1234*3, len(whole))
	require.False(t, s.Cut)
}

// TestLongListsAtOnce: what is not shown costs nothing.
func TestLongListsAtOnce(t *testing.T) {
	items := make([]value.Value, 10_000_000)
	long := value.ListOf(items...)
	text := value.String(strings.Repeat("x", 16<<20))
	for i := range items {
		items[i] = text
	}
	for _, format := range display.Formats() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begun := time.Now()
		got, _ := shown(t, long, display.Options{Format: format, Width: 80, Limit: 100})
		require.Less(t, time.Since(begun), 2*time.Second)
		runtime.ReadMemStats(&after)
		require.Contains(t, got, "… 9,999,900 more")
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
	}
}

func TestEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	v := value.ListOf(make([]value.Value, 1_000_000)...)
	for _, width := range []int{0, 80} {
		var b bytes.Buffer
		_, err := display.Write(ctx, &b, v, display.Options{Width: width})
		require.ErrorIs(t, err, context.Canceled)
		require.Less(t, b.Len(), 1<<20)
	}
	broken := errors.New("broken")
	_, err := display.Write(t.Context(), writer{broken}, v, display.Options{})
	require.ErrorIs(t, err, broken)
}

type writer struct{ err error }

func (w writer) Write([]byte) (int, error) { return 0, w.err }

func TestParseFormat(t *testing.T) {
	for _, f := range display.Formats() {
		got, err := display.ParseFormat(string(f))
		require.NoError(t, err)
		require.Equal(t, f, got)
	}
	_, err := display.ParseFormat("xml")
	require.EqualError(t, err, `there is no format "xml": it is table, rows, line, json or text`)
}

// odd is an object without a text form.
type odd struct{ secret int }

func TestObjectWithoutText(t *testing.T) {
	got, _ := shown(t, value.Object(&odd{1}), display.Options{})
	require.Equal(t, "object", got)
}

// FuzzNothingIsObeyed shows JSON values in all formats for people, in which nothing is
// left that a terminal would obey, and lines keep to the width.
func FuzzNothingIsObeyed(f *testing.F) {
	for _, seed := range []string{`"\u001b]0;x\u0007"`, `[{"a\u202e":"\u009b2J"},{"b":[1,2,{"c":null}]}]`, `["\r\n\t\u2028","\ud800"]`, `{"a":{"b":{"c":[[[1]]]}}}`, `[1,2,3,4,5,6,7,8,1e308,-1e308]`, `"a\nb\u001b"`} {
		f.Add(seed, 40, 10)
	}
	f.Add("\"\x9b\xff\"", 1, 1)
	f.Fuzz(func(t *testing.T, text string, width, limit int) {
		v, err := value.ParseJSON([]byte(text))
		if err != nil {
			v = value.String(text)
		}
		width, limit = max(0, width%200), max(0, limit%200)
		for _, format := range []display.Format{display.Table, display.Line, display.JSON} {
			got, _ := shown(t, v, display.Options{Format: format, Width: width, Limit: limit})
			require.True(t, utf8.ValidString(got))
			for _, r := range got {
				require.True(t, r == '\n' || r >= ' ' && (r < 0x7f || r > 0x9f) && r != '\u202e' && r != '\u2028', "%q", got)
			}
			if format == display.Line {
				require.NotContains(t, got, "\n")
			}
		}
	})
}

func ExampleWrite() {
	v, _ := value.ParseJSON([]byte(`[{"host": "a.example", "bytes": 5}, {"host": "b.example", "bytes": 2147483647}]`))
	var b strings.Builder
	_, _ = display.Write(context.Background(), &b, v, display.Options{Width: 80, Limit: display.DefaultLimit})
	fmt.Print(b.String())
	// Output:
	// host      │      bytes
	// ──────────┼───────────
	// a.example │          5
	// b.example │ 2147483647
}
