package syntax_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

var limits = syntax.Limits{Length: 64 << 10, Depth: 500}

func parse(t *testing.T, text string) syntax.Node {
	t.Helper()
	tree, err := syntax.Parse(text, limits)
	require.Nil(t, err, "%s", text)
	return tree.Root
}

// requireFaithful checks that the canonical text of a tree is one of that tree.
func requireFaithful(t *testing.T, text string) {
	t.Helper()
	n := parse(t, text)
	canonical := syntax.Format(n)
	again := parse(t, canonical)
	require.True(t, syntax.EqualTrees(n, again), "%s\nbecame another tree:\n%s", text, canonical)
	require.Equal(t, canonical, syntax.Format(again), "formatted again")
	require.NotContains(t, canonical, "\n")
}

func TestFormat(t *testing.T) {
	for _, c := range []struct{ text, canonical string }{
		// Literals.
		{"0", "0"},
		{"-0", "0"},
		{"-5", "-5"},
		{"- 5", "-5"},
		{"-2147483648", "-2147483648"},
		{"5l", "5L"},
		{"-9223372036854775808L", "-9223372036854775808L"},
		{"1.", "1.0"},
		{".5", "0.5"},
		{"-.5", "-0.5"},
		{"5D", "5.0"},
		{"-0.0", "-0.0"},
		{"1E3", "1000.0"},
		{"50000000.0", "50000000.0"},
		{"999999999999999.0", "999999999999999.0"},
		{"1000000000000000.0", "1e15"},
		{"1.7976931348623157e308", "1.7976931348623157e308"},
		{"0.000001", "0.000001"},
		{"0.0000001", "1e-7"},
		{"1.25e-10", "1.25e-10"},
		{"5e-324", "5e-324"},
		{"1e400", "1e999"},
		{"-1e400", "-1e999"},
		{"1.5F", "1.5f"},
		{"0.1f", "0.1f"},
		{"2f", "2.0f"},
		{"1e20f", "1e20f"},
		{"1e39f", "1e99f"},
		{"-1e39f", "-1e99f"},
		{"NaN", "NaN"},
		{"TRUE and FALSE and NULL", "true and false and null"},
		{`"it's"`, `'it\'s'`},
		{`'"'`, `'"'`},
		{`"say \"no\""`, `'say "no"'`},
		{`'a\\nb'`, `'a\\nb'`},
		{"'a\nb\tc\r\\n'", `'a\nb\tc\r\n'`},
		{"'Zoë — ☃'", "'Zoë — ☃'"},
		{"'// no comment'", "'// no comment'"},

		// What changes but for blanks and parentheses.
		{"a && b || c", "a and b or c"},
		{"NOT(a) AND b NOT IN c", "not(a) and b not in c"},
		{"EXISTS ( a.b )", "exists(a.b)"},
		{"a ? b : c", "if a then b else c"},
		{"IF a THEN b ELSE c", "if a then b else c"},
		{"(x) -> x", "x -> x"},
		{"( x , y )->x", "(x, y) -> x"},
		{"() -> 1", "() -> 1"},
		{"a // first\n+ // second\nb", "a + b"},
		{"  F( a,'b' ,[ ],{ } )", "F(a, 'b', [], {})"},
		{"`a` + `a.b` == exists(`c:d`)", "a + a.b == exists(c:d)"},
		{"`user-agent` == `in` or exists(`5 g`)", "`user-agent` == `in` or exists(`5 g`)"},
		{"x -> `x`", "x -> x"},
		{"{ 'a':1, b:c :2 }", "{'a' : 1, b:c : 2}"},
		{"{a :b:c}", "{a : b:c}"},
		{"match{ a=>1,b =>2, DEFAULT=> 3 }", "match { a => 1, b => 2, default => 3 }"},

		// Arithmetic.
		{"((a))", "a"},
		{"a-1", "a - 1"},
		{"a - -1", "a - -1"},
		{"(a+b)+c", "a + b + c"},
		{"a+(b+c)", "a + (b + c)"},
		{"a-(b-c)", "a - (b - c)"},
		{"(a-b)*c", "(a - b) * c"},
		{"a-(b*c)", "a - b * c"},
		{"a*(b*c)", "a * (b * c)"},
		{"a/(b/c)", "a / (b / c)"},
		{"a/b/c", "a / b / c"},
		{"a/b*c", "a / (b * c)"},
		{"(a/b)*c", "(a / b) * c"},
		{"a*b/c", "a * b / c"},
		{"a*(b/c)", "a * (b / c)"},

		// The minus sign.
		{"-a", "-a"},
		{"-(a)", "-a"},
		{"-a*b", "-a * b"},
		{"-(a*b)", "-(a * b)"},
		{"a*-b", "a * -b"},
		{"-(5)", "-(5)"},
		{"-(-5)", "--5"},
		{"-(-0)", "-(0)"},
		{"-(5.0f)", "-(5.0f)"},
		{"-(1e400)", "-(1e999)"},
		{"-NaN", "-NaN"},
		{"--a", "--a"},
		{"-F(a)", "-F(a)"},
		{"-(a ? 1 : 2)", "-(if a then 1 else 2)"},

		// Comparisons and in.
		{"(a==b)==c", "a == b == c"},
		{"a==(b==c)", "a == (b == c)"},
		{"(a<b)!=(c>=d)", "a < b != (c >= d)"},
		{"(a+1)<(b*2)", "a + 1 < b * 2"},
		{"a in b == c", "a in (b == c)"},
		{"(a in b) == c", "(a in b) == c"},
		{"(a == b) in c", "(a == b) in c"},
		{"a in b not in c", "a in (b not in c)"},
		{"(a in b) in c", "(a in b) in c"},
		{"(a not in b) not in c", "(a not in b) not in c"},
		{"(a+b) in [c]", "a + b in [c]"},

		// and and or.
		{"a or (b)", "a or b"},
		{"a and b or c", "a and b or c"},
		{"a and (b or c)", "a and (b or c)"},
		{"(a and b) or c", "(a and b) or c"},
		{"(a == b) or (c in d)", "a == b or c in d"},
		{"(a or b) == c", "(a or b) == c"},
		{"F((a or b), (c in d))", "F(a or b, c in d)"},
		{"not((a or b))", "not(a or b)"},

		// Conditionals and lambdas end where nothing can follow.
		{"a ? b : c ? d : e", "if a then b else if c then d else e"},
		{"a ? (b ? c : d) : e", "if a then (if b then c else d) else e"},
		{"(a ? b : c) ? d : e", "if (if a then b else c) then d else e"},
		{"if a or b then c or d else e or f", "if a or b then c or d else e or f"},
		{"(a ? b : c) + 1", "(if a then b else c) + 1"},
		{"1 + (a ? b : c)", "1 + (if a then b else c)"},
		{"(a ? b : c) in (d ? e : f)", "(if a then b else c) in (if d then e else f)"},
		{"a and (b ? c : d)", "a and (if b then c else d)"},
		{"[(a ? b : c), x -> x]", "[if a then b else c, x -> x]"},
		{"{a ? b : c : x -> x}", "{(if a then b else c) : x -> x}"},
		{"match { a ? b : c => x -> x, default => a ? b : c }",
			"match { (if a then b else c) => x -> x, default => if a then b else c }"},
		{"a == x -> x or b", "a == (x -> x or b)"},
		{"(x -> x) == a", "(x -> x) == a"},
		{"a ? x -> x : y -> y", "if a then (x -> x) else y -> y"},
		{"x -> (y -> (a ? x : y))", "x -> y -> if a then x else y"},
		{"(match { a => 1, default => 2 }) + 1", "match { a => 1, default => 2 } + 1"},
	} {
		t.Run(c.text, func(t *testing.T) {
			require.Equal(t, c.canonical, syntax.Format(parse(t, c.text)))
			requireFaithful(t, c.text)
		})
	}
}

// TestFormatVectors formats all expressions of the conformance vectors.
func TestFormatVectors(t *testing.T) {
	files, err := filepath.Glob("../../testdata/conformance/*.jsonl")
	require.NoError(t, err)
	formatted := 0
	for _, file := range files {
		f, err := os.Open(file)
		require.NoError(t, err)
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			var vector struct{ Expr string }
			require.NoError(t, json.Unmarshal(lines.Bytes(), &vector))
			if _, err := syntax.Parse(vector.Expr, limits); err == nil {
				requireFaithful(t, vector.Expr)
				formatted++
			}
		}
		require.NoError(t, lines.Err())
	}
	require.Greater(t, formatted, 5000, "most vectors are expressions")
}

// TestFormatAtTheLimit formats what is as deep as an expression may be.
func TestFormatAtTheLimit(t *testing.T) {
	deep := strings.Repeat("a in ", limits.Depth-1) + "a"
	n := parse(t, deep)
	_, err := syntax.Parse(syntax.Format(n), limits)
	require.ErrorContains(t, err, "nested deeper")

	wider := syntax.Limits{Length: limits.Length, Depth: 2 * limits.Depth}
	again, err := syntax.Parse(syntax.Format(n), wider)
	require.Nil(t, err)
	require.True(t, syntax.EqualTrees(n, again.Root))
}

func TestEqualTrees(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		equal bool
	}{
		{"a+b", "( a + (b) )", true},
		{"a ? b : c", "if a then b else c", true},
		{"NaN", "NaN", true},
		{"-0", "0", true},
		{"1", "1L", false},
		{"1.0", "1f", false},
		{"0.0", "-0.0", false},
		{"'1'", "1", false},
		{"'a'", "'b'", false},
		{"true", "false", false},
		{"null", "false", false},
		{"a", "b", false},
		{"a", "exists(a)", false},
		{"exists(a)", "exists(b)", false},
		{"a", "`a`", true},
		{"a-b", "`a-b`", false},
		{"a", "a()", false},
		{"F(a)", "G(a)", false},
		{"F(a)", "F(a, b)", false},
		{"a + b", "a - b", false},
		{"a + b", "b + a", false},
		{"a or b", "a and b", false},
		{"a or b or c", "a or (b or c)", false},
		{"-(5)", "-5", false},
		{"x -> 1", "y -> 1", false},
		{"() -> 1", "x -> 1", false},
		{"[a]", "[a, a]", false},
		{"[]", "{}", false},
		{"{a : b}", "{a : c}", false},
		{"not(a)", "-a", false},
	} {
		require.Equal(t, c.equal, syntax.EqualTrees(parse(t, c.a), parse(t, c.b)), "%s and %s", c.a, c.b)
	}
}
