package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/terminal"
)

// newTestAssistant returns an assistant for a session with a variable.
func newTestAssistant(t *testing.T) assistant {
	session, err := repl.New(repl.Options{})
	require.NoError(t, err)
	require.NoError(t, session.Do(t.Context(), "message := {'first': 1, 'second': 2}").Err)
	require.NoError(t, session.Do(t.Context(), "%define es.port := 9300").Err)
	return newAssistant(session)
}

// TestComplete: | stands for the cursor, and is where the first completion begins that is
// wanted; "" wants none.
func TestComplete(t *testing.T) {
	a := newTestAssistant(t)
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Chdir(home)
	require.NoError(t, os.MkdirAll(filepath.Join(home, "rules", "a"), 0o700))
	for _, name := range []string{"rules/b.stellar", "rules/b.yaml", ".hidden"} {
		require.NoError(t, os.WriteFile(filepath.Join(home, name), nil, 0o600))
	}
	for text, want := range map[string]string{
		"TO_UPP|":                 "TO_UPPER(",
		"1 + mess|":               "1 + message",
		"MAP_GET('s|', message)":  "MAP_GET('second'",
		"?to_upp|":                "?TO_UPPER",
		"??|":                     "??ABS",
		"%func|":                  "%functions",
		"  %va|":                  "  %vars",
		"%functions TO_|":         "",
		"%explain TO_UPP|":        "%explain TO_UPPER(",
		"%time\t1 + TO_UPP|ER(1)": "%time\t1 + TO_UPPER(",
		"%load ru|":               "%load rules/",
		"%rules rules/b.y|":       "%rules rules/b.yaml",
		"%load ~/rules/|":         "%load ~/rules/a/",
		"%load missing/|":         "",
		"%load .h|":               "%load .hidden",
		"%load 'ru|":              "%load 'rules/",
		"%help TO_UPP|":           "%help TO_UPPER",
		"%help %lo|":              "%help %load",
		"%help lo|":               "%help load",
		"%help load x|":           "",
		"%set fo|":                "%set format=",
		"%set format=j|":          "%set format=json",
		"%set pager = o|":         "%set pager = off",
		"%set limit=|":            "",
		"%undefine e|":            "%undefine es.port",
		"%undefine m|":            "%undefine message",
		"%edit m|":                "%edit message",
		"# TO_UPP|":               "",
		"|":                       "message",
	} {
		before, after, _ := strings.Cut(text, "|")
		c := a.complete(before+after, len(before))
		if want == "" {
			require.Empty(t, c.Items, text)
			continue
		}
		require.NotEmpty(t, c.Items, text)
		found := ""
		for _, item := range c.Items {
			if whole := before[:c.From] + item.Insert; whole == want {
				found = whole
			}
		}
		require.Equal(t, want, found, "%s: %v", text, c)
		require.LessOrEqual(t, len(before), c.To)
	}
}

func TestHint(t *testing.T) {
	a := newTestAssistant(t)
	for text, want := range map[string]string{
		"":                     "",
		"TO_UPPER":             "",
		"MAP_GET(":             "MAP_GET(<key>, map, [default])",
		"1 + MAP_GET('a', ABS": "MAP_GET(key, <map>, [default])",
		"%explain ABS(":        "ABS(<[number]>)",
		"%time":                "",
		"%load ABS(":           "",
		"?ABS(":                "",
	} {
		h := a.hint(text, len(text))
		got := h.Text
		if got != "" {
			got = h.Text[:h.From] + "<" + h.Text[h.From:h.To] + ">" + h.Text[h.To:]
		}
		require.Equal(t, want, got, text)
	}
}

func TestHighlight(t *testing.T) {
	a := newTestAssistant(t)
	text := "%explain ABS(-1) and x == 'y' # z"
	shown := map[string]terminal.Style{}
	for _, span := range a.highlight(text) {
		shown[text[span.From:span.To]] = span.Style
	}
	for part, style := range map[string]terminal.Style{
		"%explain": terminal.Command, "ABS": terminal.Function, "1": terminal.Number, "and": terminal.Keyword,
		"x": terminal.Variable, "==": terminal.Operator, "'y'": terminal.String, "# z": terminal.Comment,
	} {
		require.Equal(t, style, shown[part], part)
	}
	require.Equal(t, []terminal.Span{{From: 0, To: 5, Style: terminal.Command}}, a.highlight("%load 'x"))
	require.Equal(t, terminal.Plain, a.highlight("ABSURD(1)")[0].Style)
	require.Empty(t, a.highlight(""))
}

func TestShellArguments(t *testing.T) {
	for args, want := range map[string]string{
		"":                      "",
		"-irc f -na":            "--inputrc f --no-ansi",
		"shell -irc=f":          "shell --inputrc=f",
		"-z a:1 -na -i":         "-z a:1 --no-ansi -i",
		"eval -na":              "eval -na",
		"run -irc x":            "run -irc x",
		"--no-ansi -- -na -irc": "--no-ansi -- -na -irc",
	} {
		require.Equal(t, strings.Fields(want), append([]string{}, shellArguments(strings.Fields(args))...), args)
	}
}
