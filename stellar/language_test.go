package stellar_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/value"
)

const languageFile = "../grammar/LANGUAGE.md"

// languageExample is an example of the language guide. In a block of kind "stellar" it is
// an expression, in one of kind "rules" a rule file. What must come of it stands behind
// it, after two blanks, or below it:
//
//	1 + 2  → 3
//	1 / 0  ! arithmetic error: division of 1 by the integer zero
//
// An arrow is followed by the result: an expression, or for rules the fields that they
// set, as JSON, with null for those that they remove. An exclamation mark is followed by an error or a warning without its
// place; there may be several. A block of kind "json" is the message of the examples
// after it.
type languageExample struct {
	line     int // in the file
	rules    bool
	source   string
	message  string
	result   string
	mistakes []string
}

var (
	fence       = regexp.MustCompile("^```(.*)$")
	outcomeLine = regexp.MustCompile(`(?:^|^(.*\S) {2,})(→|!) (.+)$`)
)

// languageExamples reads the examples of a guide. Every block of it must be of a kind that
// is tested, and all text in it must belong to an example.
func languageExamples(text string) (examples []languageExample, err error) {
	kind, message, source := "", "{}", ""
	var open *languageExample // its outcomes may go on
	for i, line := range strings.Split(text, "\n") {
		wrong := func(what string) error { return fmt.Errorf("line %d: %s", i+1, what) }
		if f := fence.FindStringSubmatch(line); f != nil {
			switch {
			case kind == "json":
				message = source
			case strings.TrimSpace(source) != "":
				return nil, wrong("no outcome stands behind the last example of this block")
			case kind == "" && f[1] != "json" && f[1] != "stellar" && f[1] != "rules":
				return nil, wrong("a block is of kind json, stellar or rules")
			}
			kind, source, open = f[1], "", nil
			continue
		}
		found := outcomeLine.FindStringSubmatch(line)
		switch {
		case kind == "":
			if strings.HasPrefix(line, "    ") {
				return nil, wrong("an indented block is not tested")
			}
			continue
		case kind == "json" || found == nil:
			source += line + "\n"
			continue
		}
		if source += found[1]; strings.TrimSpace(source) != "" {
			examples = append(examples, languageExample{
				line: i + 1, rules: kind == "rules", source: strings.TrimSpace(source), message: message,
			})
			source, open = "", &examples[len(examples)-1]
		}
		switch {
		case open == nil:
			return nil, wrong("an outcome of nothing")
		case found[2] == "!":
			open.mistakes = append(open.mistakes, found[3])
		case open.result != "":
			return nil, wrong("a second result")
		default:
			open.result = found[3]
		}
	}
	if kind != "" {
		return nil, errors.New("the last block has no end")
	}
	return examples, nil
}

// TestLanguage runs every example of LANGUAGE.md: its value, its errors and its warnings
// must be those that the guide shows, and no others.
func TestLanguage(t *testing.T) {
	text, err := os.ReadFile(languageFile)
	require.NoError(t, err)
	examples, err := languageExamples(string(text))
	require.NoError(t, err, languageFile)
	require.Greater(t, len(examples), 100)
	for _, e := range examples {
		t.Run(fmt.Sprintf("LANGUAGE.md:%d", e.line), func(t *testing.T) {
			env, err := stellar.NewEnv(stellar.Options{})
			require.NoError(t, err)
			run := e.expression
			if e.rules {
				run = e.ruleFile
			}
			mistakes := run(t, env)
			require.Equal(t, e.mistakes, mistakes, "%s:%d: %s", languageFile, e.line, e.source)
		})
	}
}

// expression evaluates an example, compares its value, and returns the warnings and the
// error.
func (e *languageExample) expression(t *testing.T, env *stellar.Env) (mistakes []string) {
	variables, err := stellar.JSON([]byte(e.message))
	require.NoError(t, err)
	program, err := env.Compile(e.source)
	if err != nil {
		return []string{withoutPlace(err)}
	}
	for _, d := range env.Check(e.source, nil).OnePerPlace() {
		mistakes = append(mistakes, withoutPlace(d))
	}
	got, err := program.Value(context.Background(), variables)
	if err != nil {
		mistakes = append(mistakes, withoutPlace(err))
		return mistakes
	}
	want, err := env.Compile(e.result)
	require.NoError(t, err, "%s:%d: the result", languageFile, e.line)
	wanted, err := want.Value(context.Background(), variables)
	require.NoError(t, err)
	require.True(t, got.Kind() == wanted.Kind() && value.Same(got, wanted),
		"%s:%d: %s\nis   %s (%s)\nnot  %s", languageFile, e.line, e.source, got, got.Kind(), wanted)
	return mistakes
}

// ruleFile applies an example to its message, compares the fields that it sets, and
// returns the warnings and errors.
func (e *languageExample) ruleFile(t *testing.T, env *stellar.Env) (mistakes []string) {
	set, warnings, err := rules.Compile(context.Background(), env, script.Parse("", []byte(e.source)))
	for _, w := range warnings {
		mistakes = append(mistakes, withoutPlace(w))
	}
	if err != nil {
		return append(mistakes, withoutPlace(err))
	}
	message, err := rules.ParseMessage([]byte(e.message))
	require.NoError(t, err)
	if _, err := set.Apply(context.Background(), message); err != nil {
		mistakes = append(mistakes, withoutPlace(err))
	}
	var after, want map[string]any
	require.NoError(t, json.Unmarshal([]byte(e.message), &want))
	require.NoError(t, json.Unmarshal(message.AppendJSON(nil), &after))
	require.NoError(t, json.Unmarshal([]byte(e.result), &want), "%s:%d: the result", languageFile, e.line)
	fields := map[string]any{}
	require.NoError(t, json.Unmarshal([]byte(e.result), &fields))
	for name, field := range fields {
		if field == nil {
			delete(want, name)
		}
	}
	require.Equal(t, want, after, "%s:%d: the fields", languageFile, e.line)
	return mistakes
}

var placePrefix = regexp.MustCompile(`^(\S+:)?\d+:\d+: `)

// withoutPlace returns the one line of a mistake from its kind on.
func withoutPlace(err error) string {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		err = d
	}
	return placePrefix.ReplaceAllString(err.Error(), "")
}

// TestLanguageExamples: the reader of examples takes what it should, and nothing gets by
// untested.
func TestLanguageExamples(t *testing.T) {
	got, err := languageExamples("Text.\n```json\n{\"a\" : 1}\n```\n```stellar\na + 1  → 2\n\na +\n  'x'\n! first\n! second\n```\n```rules\nb := a\n\nc := b\n→ {}\n```\n")
	require.NoError(t, err)
	const message = "{\"a\" : 1}\n"
	require.Equal(t, []languageExample{
		{line: 6, source: "a + 1", message: message, result: "2"},
		{line: 10, source: "a +\n  'x'", message: message, mistakes: []string{"first", "second"}},
		{line: 17, source: "b := a\n\nc := b", rules: true, message: message, result: "{}"},
	}, got)
	for text, want := range map[string]string{
		"```stellar\n1 + 1\n```":       "line 3: no outcome",
		"```stellar\n→ 2\n```":         "line 2: an outcome of nothing",
		"```stellar\n1  → 1\n→ 2\n```": "line 3: a second result",
		"```\n1\n```":                  "line 1: a block is of kind",
		"text\n\n    1 + 1":            "line 3: an indented block",
		"```stellar\n1  → 1":           "no end",
	} {
		_, err := languageExamples(text)
		require.ErrorContains(t, err, want, text)
	}
}
