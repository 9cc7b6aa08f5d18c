package diag

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

var update = flag.Bool("update", false, "write the golden file anew, to be reviewed")

// examples show each field in each form.
var examples = []struct {
	title      string
	diagnostic Diagnostic
}{
	{"an error of syntax", Diagnostic{
		Kind: ErrSyntax, Message: "a value is missing after +", Source: "1 +", Range: Range{2, 3}}},
	{"a suggestion, in a file", Diagnostic{
		Kind: ErrUnknownFunction, Message: "there is no function TO_UPER; did you mean TO_UPPER?", Suggestion: "TO_UPPER",
		File: "rules.stellar", Source: "# grün\nb := TO_UPER(name)\n", Range: Range{13, 20}}},
	{"an argument, variables and a cause", Diagnostic{
		Kind: ErrType, Message: "ABS: number must be a number, and\n'ü' is a string", Source: "1 + ABS(größe)",
		Range: Range{4, 16}, Argument: Range{8, 15}, Function: "ABS", Cause: io.EOF,
		Variables: []Variable{{"größe", value.String("a\x1b[2J" + strings.Repeat("long", 20))}, {"other", value.ListOf(value.Null, value.Int(1))}}}},
	{"a warning", Diagnostic{
		Severity: Warning, Message: "this operand is always true", Source: "a or\n\ttrue", Range: Range{6, 10}}},
	{"more variables than one line holds", Diagnostic{
		Kind: ErrLimit, Message: "too much", Source: "x", Range: Range{0, 1},
		Variables: manyVariables()}},
	{"a place at the end, windows line ends, a byte order mark", Diagnostic{
		Kind: ErrSyntax, Message: "there is no expression for a", Source: "\ufeffa :=\r\n", Range: Range{7, 7}}},
	{"a long name", Diagnostic{
		Kind: ErrType, Message: "+ takes numbers, and 'x' is a string", Source: "n + 1", Range: Range{0, 5},
		Variables: []Variable{{strings.Repeat("n", 70), value.String("x")}}}},
	{"a mark that changes the direction of writing", Diagnostic{
		Kind: ErrType, Message: "this is a string", Source: "'\u202eexe.fdp' + 1", Range: Range{0, 16}, Argument: Range{0, 12}}},
	{"no text", Diagnostic{Kind: ErrSyntax, Message: "the expression is empty"}},
}

func manyVariables() []Variable {
	var variables []Variable
	for i := range namedVariables + 2 {
		variables = append(variables, Variable{fmt.Sprint("v", i), value.Int(int32(i))})
	}
	return variables
}

// TestForms compares the forms of examples with testdata/forms.golden: the one
// line, the snippet and the JSON.
func TestForms(t *testing.T) {
	const golden = "testdata/forms.golden"
	var got strings.Builder
	for _, e := range examples {
		text, err := json.Marshal(&e.diagnostic)
		require.NoError(t, err)
		fmt.Fprintf(&got, "==== %s\n%v\n%s\n%s\n\n", e.title, &e.diagnostic, e.diagnostic.Snippet(), text)
	}
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(got.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())
}

func TestPosition(t *testing.T) {
	for _, test := range []struct {
		source       string
		at           int
		line, column int
	}{
		{"", 0, 1, 1},
		{"abc", 2, 1, 3},
		{"äbc", 2, 1, 2},
		{"a\nbc", 2, 2, 1},
		{"a\r\nbc", 4, 2, 2},
		{"\tx", 1, 1, 2},
		{"\ufeffx", 3, 1, 1},
		{"\ufeffx", 0, 1, 1},
		{"\ufeffx\ny", 5, 2, 1},
		{"short", 99, 1, 6},
	} {
		d := Diagnostic{Source: test.source, Range: Range{test.at, test.at}}
		line, column := d.Position()
		require.Equal(t, []int{test.line, test.column}, []int{line, column}, "%d of %q", test.at, test.source)
		require.NotEmpty(t, d.Snippet())
	}
}

func TestErrorsIs(t *testing.T) {
	err := fmt.Errorf("wrapped: %w", &Diagnostic{Kind: ErrType, Cause: io.EOF})
	require.ErrorIs(t, err, ErrType)
	require.NotErrorIs(t, err, ErrSyntax)
	require.ErrorIs(t, err, io.EOF)
	for kind := ErrSyntax; kind <= ErrExternal; kind++ {
		require.NotEmpty(t, kind.Error())
	}
}

func TestList(t *testing.T) {
	require.NoError(t, List(nil).Err())
	for _, empty := range []List{nil, {}} {
		text, err := json.Marshal(empty)
		require.NoError(t, err)
		require.Equal(t, "[]", string(text))
	}
	at := func(file string, start int, message string) *Diagnostic {
		return &Diagnostic{Kind: ErrArity, Message: message, File: file, Source: "0123456789", Range: Range{start, start}}
	}
	list := List{at("b", 3, "third"), at("a", 9, "second"), at("b", 5, "fifth"), at("a", 0, "first"), at("b", 3, "fourth")}
	list[2].Argument, list[2].Range = Range{5, 6}, Range{0, 9}
	list.Sort()
	require.EqualError(t, list.Err(), `a:1:1: arity error: first
a:1:10: arity error: second
b:1:4: arity error: third
b:1:4: arity error: fourth
b:1:6: arity error: fifth`)
	require.ErrorIs(t, list.Err(), ErrArity)
	warning := *list[3]
	warning.Severity = Warning
	require.Equal(t, List{list[0], list[1], list[2], list[4]}, list.OnePerPlace())
	require.Equal(t, List{list[2], &warning, list[4]}, List{list[2], list[3], &warning, list[4]}.OnePerPlace())
	var first *Diagnostic
	require.True(t, errors.As(list.Err(), &first))
	require.Equal(t, "first", first.Message)
}

func TestShortText(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "",
		"  a \n\t b\x1b c  ": "a b c",
		"0123456789":         "0123456789",
		"0123456789 ":        "0123456789",
		"0123456789a":        "012345678…",
		"ääääääääääö":        "äääääääää…",
	} {
		require.Equal(t, want, ShortText(text, 10), "%q", text)
	}
}

func TestShortValue(t *testing.T) {
	for _, test := range []struct {
		v    value.Value
		want string
	}{
		{value.Null, "null"},
		{value.String("it\n\x1b[2J"), `'it\n\x1b[2J'`},
		{value.String(strings.Repeat("ä", 41)), "'" + strings.Repeat("ä", 40) + "…'"},
		{value.ListOf(value.String("a"), value.Int(5)), "[a, 5]"},
	} {
		require.Equal(t, test.want, ShortValue(test.v))
	}
}

// TestSnippetIn: a snippet has the width that it is given, and its marks stand below what
// they mark, though emoji of several characters come before.
func TestSnippetIn(t *testing.T) {
	d := Diagnostic{Source: "aaaa bbbb cccc dddd eeee", Range: Range{Start: 10, End: 14}}
	for columns, want := range map[int]string{
		120: "aaaa bbbb cccc dddd eeee\n          ^^^^",
		14:  "…bbb cccc ddd…\n     ^^^^",
		0:   "…bb cccc dd…\n    ^^^^",
	} {
		require.Equal(t, want, d.SnippetIn(columns))
	}
	for _, character := range []string{"👨‍👩‍👧‍👦", "👍🏽", "❤️", "日", "🇩🇪"} {
		source := "'" + character + "' + x"
		at := len(source) - 1
		d := Diagnostic{Source: source, Range: Range{Start: at, End: at + 1}}
		require.Equal(t, source+"\n       ^", d.Snippet())
	}
}
