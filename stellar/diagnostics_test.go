package stellar_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

const (
	wrongFile    = "testdata/wrong.txt"
	caseMark     = "==== "
	expectedMark = "----"
)

// wrongCase is a block of testdata/wrong.txt:
//
//	==== what is wrong, in words
//	the expression, in any number of lines
//	---- {"limits" : {…}, "vars" : {…}}
//	the error in one line
//	the snippet in two
//
// The JSON of the line between is optional.
type wrongCase struct {
	title, expression, settings, diagnostics string
}

func readWrongCases(t *testing.T) []wrongCase {
	content, err := os.ReadFile(wrongFile)
	require.NoError(t, err)
	var cases []wrongCase
	blocks := strings.Split("\n"+string(content), "\n"+caseMark)
	for _, block := range blocks[1:] {
		var c wrongCase
		var found bool
		c.title, block, _ = strings.Cut(block, "\n")
		c.expression, block, found = strings.Cut("\n"+block, "\n"+expectedMark)
		require.True(t, found, "%q has no line %q", c.title, expectedMark)
		c.expression = strings.TrimPrefix(c.expression, "\n")
		c.settings, c.diagnostics, _ = strings.Cut(block, "\n")
		c.diagnostics = strings.TrimRight(c.diagnostics, "\n")
		cases = append(cases, c)
	}
	return cases
}

func (c *wrongCase) String() string {
	return caseMark + c.title + "\n" + c.expression + "\n" + expectedMark + c.settings + "\n" + c.diagnostics + "\n"
}

// diagnose returns what the author of the expression is told.
func (c *wrongCase) diagnose(t *testing.T) string {
	var settings struct {
		Limits stellar.Limits  `json:"limits"`
		Vars   json.RawMessage `json:"vars"`
	}
	settings.Vars = json.RawMessage("{}")
	if c.settings != "" {
		require.NoError(t, json.Unmarshal([]byte(c.settings), &settings))
	}
	env, err := stellar.NewEnv(stellar.Options{Limits: settings.Limits, Functions: []fn.Func{exact}})
	require.NoError(t, err)
	variables, err := stellar.JSON(settings.Vars)
	require.NoError(t, err)
	_, err = env.Eval(context.Background(), c.expression, variables)
	var e *stellar.Error
	require.ErrorAs(t, err, &e)
	requirePlace(t, e)
	return e.Error() + "\n" + e.Snippet()
}

// exact is a function that refuses surplus arguments.
var exact = fn.Func{
	Name: "EXACT", Params: []fn.Param{{Name: "value", Kinds: fn.Any, Doc: "A value."}}, Result: fn.Any,
	Doc: "Gives its argument.", Exact: true,
	Body: func(c *fn.Call) (value.Value, error) { return c.Arg(0), nil },
}

// TestDiagnostics compares what is said about wrong expressions. With -update
// it writes what is said now; read it as the author of the rule would.
func TestDiagnostics(t *testing.T) {
	cases := readWrongCases(t)
	require.Greater(t, len(cases), 60)
	blocks := make([]string, len(cases))
	for i := range cases {
		t.Run(cases[i].title, func(t *testing.T) {
			got := cases[i].diagnose(t)
			if !*updateFlag {
				require.Equal(t, cases[i].diagnostics, got)
			}
			cases[i].diagnostics = got
		})
		blocks[i] = cases[i].String()
	}
	if *updateFlag && !t.Failed() {
		require.NoError(t, os.WriteFile(wrongFile, []byte(strings.Join(blocks, "\n")), 0o644))
	}
}

// TestDiagnosticsOfDamage damages good expressions. Whatever becomes of them, an
// error has a place in the text and can be shown.
func TestDiagnosticsOfDamage(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(*vectorsFlag, "*.ok.jsonl"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	failed := 0
	for _, file := range files {
		for _, v := range readVectors(t, file) {
			damaged := damage(v.Expr, random)
			if seen[damaged] || len(damaged) > 400 {
				continue
			}
			seen[damaged] = true
			if _, err := stellar.Compile(damaged); err != nil {
				var e *stellar.Error
				require.ErrorAs(t, err, &e, damaged)
				requirePlace(t, e)
				failed++
			}
		}
	}
	require.Greater(t, failed, 1000)
}

// damage leaves out a character, a word or a few characters, or puts one in.
func damage(text string, random *rand.Rand) string {
	runes := []rune(text)
	if len(runes) == 0 {
		return text
	}
	from := random.IntN(len(runes))
	to := from + 1
	inserted := ""
	switch random.IntN(4) {
	case 1:
		for to < len(runes) && isNamePart(runes[to]) {
			to++
		}
		for from > 0 && isNamePart(runes[from-1]) {
			from--
		}
	case 2:
		to = min(to+random.IntN(4), len(runes))
	case 3:
		strange := []string{"(", ")", "[", "]", "{", "}", ",", ":", "?", "=", "=>", "->", "!", "'", `"`, "`", `\\`, ".",
			"+", "-", "*", "/", " ", "\n", "\t", "\r", "\x00", "\xff", "5", " not ", " if ", " default ", "é", "e\u0301", "東", "\u200b"}
		to, inserted = from, strange[random.IntN(len(strange))]
	}
	return string(runes[:from]) + inserted + string(runes[to:])
}

func isNamePart(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// requirePlace checks that the places of an error agree with its text.
func requirePlace(t *testing.T, e *stellar.Error) {
	t.Helper()
	text := e.Source
	for _, r := range []diag.Range{e.Range, e.Argument} {
		require.True(t, 0 <= r.Start && r.Start <= r.End && r.End <= len(text), "%v is not in %q", r, text)
		require.True(t, utf8.ValidString(text[r.Start:r.End]) || !utf8.ValidString(text), "%v cuts a character of %q", r, text)
	}
	place := e.Range
	if !e.Argument.Empty() {
		place = e.Argument
	}
	before := text[:place.Start]
	line, column := e.Position()
	require.Equal(t, strings.Count(before, "\n")+1, line, text)
	require.Equal(t, utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])+1, column, text)
	require.NotContains(t, e.Error(), "\n", text)

	snippet := strings.Split(e.Snippet(), "\n")
	require.Len(t, snippet, 2, text)
	marks := strings.TrimLeft(snippet[1], " \t~")
	require.NotEmpty(t, marks, text)
	require.Equal(t, byte('^'), marks[0], text)
	// A character may take two columns, and after the last one is a place too.
	require.LessOrEqual(t, len(snippet[1]), 2*utf8.RuneCountInString(snippet[0])+1, text)
}
