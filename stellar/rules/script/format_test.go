package script_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules/script"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"blanks", "a:=1+2*( b-c )", "a := 1 + 2 * (b - c)\n"},
		{"keywords", "a := NOT ( b ) AND EXISTS(c) OR d NOT IN [ 1,2 ]", "a := not(b) and exists(c) or d not in [1, 2]\n"},
		{"symbols stay", "a := b&&c||d", "a := b && c || d\n"},
		{"signs", "a := - 1 - - b * ( - c )", "a := -1 - -b * (-c)\n"},
		{"maps", "a := { 'x':1 , 'y' : { } }", "a := {'x' : 1, 'y' : {}}\n"},
		{"names with colons", "a := b ? c : d:e", "a := b ? c : d:e\n"},
		{"match", "a := MATCH{b=>1,c => 2 , DEFAULT=> {'k':3}}", "a := match { b => 1, c => 2, default => {'k' : 3} }\n"},
		{"lambdas", "a := MAP( b ,( x,y )->x+y )", "a := MAP(b, (x, y) -> x + y)\n"},
		{"conditionals", "a := IF (b) THEN(c) ELSE -1", "a := if (b) then (c) else -1\n"},
		{"strings stay", "a := 'x  +  y' ==\"NOT\"", "a := 'x  +  y' == \"NOT\"\n"},
		{"the talk", "r := MAAS_MODEL_APPLY( e\n                   , { 'host' : d }\n                   )\n", "r := MAAS_MODEL_APPLY(e\n    , {'host' : d}\n)\n"},
		{"nested brackets", "r := F(G(\na,\n[\nb\n]\n))", "r := F(G(\n    a,\n    [\n        b\n    ]\n))\n"},
		{"operators", "a := b\nand c\n      or (d\nand e)", "a := b\n    and c\n    or (d\n        and e)\n"},
		{"on the next line", "a :=\nb", "a :=\n    b\n"},
		{"comments", "\n\n#  one\n\n\n  // two\na:=1   # three\n\n\n# four\nb := [ 1,# five\n   # six\n 2 // seven\n # eight\n ] // nine\n # ten  \n\n",
			"#  one\n\n// two\na := 1   # three\n\n# four\nb := [1, # five\n    # six\n    2 // seven\n    # eight\n] // nine\n# ten\n"},
		{"comment after :=", "a := # one\n1", "a := # one\n    1\n"},
		{"odd names", "`a-b`:=`c d`+1", "`a-b` := `c d` + 1\n"},
		{"windows", "a:=1\r\nb:=[\r\n2]\r\n", "a := 1\r\nb := [\r\n    2]\r\n"},
		{"byte order mark", "\ufeff a:=1", "\ufeffa := 1\n"},
		{"strings over lines", "a := F('x\n  y',\n1)", "a := F('x\n  y',\n    1)\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, mistakes := script.Format("f", []byte(c.text))
			require.Empty(t, mistakes)
			require.Equal(t, c.want, string(got))
			again, mistakes := script.Format("f", got)
			require.Empty(t, mistakes)
			require.Equal(t, c.want, string(again))
		})
	}
}

func TestFormatMistakes(t *testing.T) {
	_, mistakes := script.Format("f", []byte("a := 1 +\nb := (\nc := 1"))
	require.Len(t, mistakes, 2)
	require.Equal(t, "f:1:8: syntax error: a value is missing after +", mistakes[0].Error())
}

var limits = syntax.Limits{Length: 1 << 20, Depth: 500}

// requireFormats checks that formatting keeps the meaning and the comments of an
// expression, and does nothing the second time.
func requireFormats(t *testing.T, text string) {
	before, mistake := syntax.Parse(script.WithoutHashes(text), limits)
	if mistake != nil {
		return
	}
	formatted, err := script.FormatExpression(text)
	require.NoError(t, err, "%q", text)
	after, mistake := syntax.Parse(script.WithoutHashes(formatted), limits)
	require.Nil(t, mistake, "%q became %q", text, formatted)
	require.True(t, syntax.EqualTrees(before.Root, after.Root), "%q became %q", text, formatted)
	require.Equal(t, withoutBlanks(text), withoutBlanks(formatted))
	again, err := script.FormatExpression(formatted)
	require.NoError(t, err)
	require.Equal(t, formatted, again, "%q, formatted again", text)
}

// withoutBlanks returns all characters of a text that formatting keeps.
func withoutBlanks(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(text), ""))
}

// TestFormatVectors formats all expressions of the conformance vectors, most of them with
// line breaks or comments in the place of their blanks.
func TestFormatVectors(t *testing.T) {
	files, err := filepath.Glob("../../testdata/conformance/*.jsonl")
	require.NoError(t, err)
	vectors, formatted := 0, 0
	for _, file := range append(files, "../../testdata/overruled.jsonl") {
		f, err := os.Open(file)
		require.NoError(t, err)
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			if vectors++; underRace && vectors%20 != 0 { // it is ten times slower, and nothing here is concurrent
				continue
			}
			var vector struct{ Expr string }
			require.NoError(t, json.Unmarshal(lines.Bytes(), &vector))
			blank := []string{" ", "\n", " # c'\n\n\n", "// c (\n\t"}[formatted%4]
			requireFormats(t, strings.NewReplacer(" ", blank, ",", blank+","+blank).Replace(vector.Expr))
			formatted++
		}
		require.NoError(t, lines.Err())
	}
	require.Greater(t, vectors, 5000)
}

// FuzzFormat formats what may be an expression, and what may be a rule file.
func FuzzFormat(f *testing.F) {
	f.Add("a\n+ // c\n- - b # d\n * (c\n)")
	f.Add("a := 1 # c\n\n\nb := 'x\ny' // z\n")
	f.Add("match{a=>{'b':c?d:e},default=>[]}")
	f.Fuzz(func(t *testing.T, text string) {
		requireFormats(t, text)
		formatted, mistakes := script.Format("f", []byte(text))
		if len(mistakes) > 0 {
			return
		}
		before, after := script.Parse("f", []byte(text)), script.Parse("f", formatted)
		require.Len(t, after.Rules[0].Assignments, len(before.Rules[0].Assignments))
		for i, a := range before.Rules[0].Assignments {
			b := after.Rules[0].Assignments[i]
			require.Equal(t, a.Name, b.Name)
			was, mistake := syntax.Parse(a.Text, limits)
			require.Nil(t, mistake)
			is, mistake := syntax.Parse(b.Text, limits)
			require.Nil(t, mistake, "%q became %q", text, formatted)
			require.True(t, syntax.EqualTrees(was.Root, is.Root), "%q became %q", text, formatted)
		}
		again, mistakes := script.Format("f", formatted)
		require.Empty(t, mistakes)
		require.Equal(t, string(formatted), string(again))
	})
}
