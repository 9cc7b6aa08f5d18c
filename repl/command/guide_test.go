package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

// TestLanguageGuide holds the page about the language to its examples.
func TestLanguageGuide(t *testing.T) {
	message, err := stellar.JSON([]byte(between(t, languageGuide, "about this one:\n\n", "\n\n")))
	require.NoError(t, err)
	env, err := stellar.NewEnv(stellar.Options{Functions: library.Functions(library.All())})
	require.NoError(t, err)
	examples := 0
	for line := range strings.Lines(languageGuide) {
		expression, want, found := strings.Cut(line, "→")
		if !found {
			continue
		}
		examples++
		value := func(text string) any {
			program, err := env.Compile(strings.TrimSpace(text))
			require.NoError(t, err, line)
			v, err := program.Eval(context.Background(), message)
			require.NoError(t, err, line)
			return v
		}
		require.Equal(t, value(want), value(expression), line)
	}
	require.Greater(t, examples, 25)
	rules := unindented(between(t, languageGuide, "begin comments.\n\n", "\n\n"))
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("a.stellar", []byte(rules), 0o644))
	var out bytes.Buffer
	require.Zero(t, Run(context.Background(), []string{"check", "a.stellar", "--warnings-as-errors"}, strings.NewReader(""), &out, &out), out.String())
}

// TestSchemaOfRules holds the schema for editors to the one that the documentation names.
func TestSchemaOfRules(t *testing.T) {
	want, err := os.ReadFile("../../stellar/rules/yaml/schema.json")
	require.NoError(t, err)
	var out bytes.Buffer
	require.Zero(t, Run(context.Background(), []string{"schema", "rules"}, strings.NewReader(""), &out, &out))
	require.Equal(t, string(want), out.String())
}

// TestVersion shows that the version is told by the names that people try.
func TestVersion(t *testing.T) {
	for _, arg := range []string{"version", "--version"} {
		var out bytes.Buffer
		require.Zero(t, Run(context.Background(), []string{arg}, strings.NewReader(""), &out, &out))
		require.Contains(t, out.String(), "stellar ", arg)
	}
}

// TestGuides shows that each guide is found by its name, and is no name of a function.
func TestGuides(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: library.Functions(library.All())})
	require.NoError(t, err)
	for _, g := range guides() {
		var out, errs bytes.Buffer
		require.Zero(t, Run(context.Background(), []string{"doc", g.name}, strings.NewReader(""), &out, &errs), errs.String())
		require.Equal(t, g.text, out.String())
		require.True(t, strings.HasPrefix(g.text, "# "), g.name)
		f, _ := env.Lookup(strings.ToUpper(g.name))
		require.Nil(t, f, g.name)
	}
}

// TestProfilesGuide holds the page about profiles to the profiles, windows and expressions
// that it shows.
func TestProfilesGuide(t *testing.T) {
	text := profiler.Guide()
	config := between(t, text, "```json\n", "```")
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("profiles.json", []byte(config), 0o644))
	require.NoError(t, os.WriteFile("unusual.stellar", []byte(unindented(between(t, text, "## Look at them\n\n", "\n\n"))), 0o644))
	var out bytes.Buffer
	require.Zero(t, Run(context.Background(), []string{"check", "profiles.json", "unusual.stellar", "--warnings-as-errors"}, strings.NewReader(""), &out, &out), out.String())

	env, err := stellar.NewEnv(stellar.Options{Functions: library.Functions(library.All())})
	require.NoError(t, err)
	windows := 0
	for _, row := range regexp.MustCompile("(?m)^[|] `([^`]+)` [|]").FindAllStringSubmatch(between(t, text, "| window | |\n", "\n\n"), -1) {
		_, err := env.Compile("PROFILE_WINDOW('" + row[1] + "')")
		require.NoError(t, err)
		windows++
	}
	require.Equal(t, 5, windows)
	expressions := 0
	for _, span := range regexp.MustCompile("`((?:[A-Z_]+[(]|n [+]).*?)`").FindAllStringSubmatch(text, -1) {
		_, err := env.Compile(span[1])
		require.NoError(t, err, span[1])
		expressions++
	}
	require.Greater(t, expressions, 12)
}

// TestFleetGuide holds the page about rules for many workers to the commands, files and
// metrics that there are.
func TestFleetGuide(t *testing.T) {
	text := fleet.Guide()
	commands := regexp.MustCompile(`(?m)^    stellar (.*)$`).FindAllStringSubmatch(text, -1)
	require.Len(t, commands, 8)
	for _, command := range commands {
		parser, err := newParser(context.Background(), &streams{out: io.Discard, err: io.Discard}, func(int) {})
		require.NoError(t, err)
		_, err = parser.Parse(strings.Fields(strings.ReplaceAll(command[1], "'", "")))
		require.NoError(t, err, command[1])
	}
	descriptions := make(chan *prometheus.Desc, 100)
	fleet.NewStatus("site").Describe(descriptions)
	close(descriptions)
	metrics := 0
	for d := range descriptions {
		name := between(t, d.String(), `fqName: "`, `"`)
		require.Contains(t, text, "| `"+name+"{", name)
		metrics++
	}
	require.Equal(t, metrics, strings.Count(text, "| `stellar_rules_"))
}
