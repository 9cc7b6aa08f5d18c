package rulestest

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
)

// Texts returns the texts of testdata/errors and testdata/examples, the latter in their
// sections.
func Texts(t testing.TB) []string {
	files, err := filepath.Glob("testdata/e*/*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var texts []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		texts = append(texts, sectionHead.Split(string(text), -1)...)
	}
	return texts
}

// Damaged puts pieces into each of Texts in the place of others, so many times: whatever
// is wrong with it, what is found must have its place in it.
func Damaged(t *testing.T, times int, pieces []string, parse func(text string) rules.Parsed) {
	random := rand.New(rand.NewPCG(2, 2))
	for _, text := range Texts(t) {
		for range times {
			at := random.IntN(len(text) + 1)
			end := min(at+random.IntN(9), len(text))
			RequirePlaces(t, parse(text[:at]+pieces[random.IntN(len(pieces))]+text[end:]))
		}
	}
}

// RequirePlaces checks that what was found has a place in the text and a snippet.
func RequirePlaces(t *testing.T, parsed rules.Parsed) {
	for _, d := range parsed.Findings {
		requireWithin(t, d)
		require.NotEmpty(t, d.Snippet())
	}
}
