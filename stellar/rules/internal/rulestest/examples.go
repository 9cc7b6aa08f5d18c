package rulestest

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
)

// Section is a part of a file of examples: what stands after a line -- NAME --.
type Section struct{ Name, Content string }

var sectionHead = regexp.MustCompile(`(?m)^-- (.+) --\n`)

// Sections returns those of a file.
func Sections(t testing.TB, file string) []Section {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	heads := sectionHead.FindAllStringSubmatchIndex(string(text), -1)
	var all []Section
	for i, head := range heads {
		end := len(text)
		if i+1 < len(heads) {
			end = heads[i+1][0]
		}
		all = append(all, Section{string(text[head[2]:head[3]]), string(text[head[1]:end])})
	}
	require.NotEmpty(t, all)
	return all
}

// Examples applies the rules of testdata/examples/*.txt. Such a file has sections:
// -- rules --, and for each message, -- message -- and what becomes of it, -- result --,
// which is empty for one that is dropped. Other rules may follow on results.
func Examples(t *testing.T, parse func(source string, all []Section) rules.Parsed) {
	files, err := filepath.Glob("testdata/examples/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			all := Sections(t, file)
			var set *rules.Set
			var got string
			results := 0
			for _, s := range all {
				switch s.Name {
				case "rules":
					var warnings diag.List
					var err error
					set, warnings, err = rules.Compile(context.Background(), NewEnv(t), parse(s.Content, all))
					require.NoError(t, err)
					require.Empty(t, warnings)
				case "message":
					got = applied(t, set, strings.Split(s.Content, "\n")[0])
				case "result":
					require.Equal(t, strings.TrimSpace(s.Content), got)
					results++
				}
			}
			require.NotZero(t, results)
		})
	}
}

// applied returns what becomes of a message, empty if it is dropped.
func applied(t *testing.T, set *rules.Set, message string) string {
	m, err := rules.ParseMessage([]byte(message))
	require.NoError(t, err)
	pass, err := set.Apply(context.Background(), m)
	require.NoError(t, err)
	if !pass {
		return ""
	}
	return string(m.AppendJSON(nil))
}
