package names

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKeywordsAreThoseOfTheGrammar takes the keywords from the rules of the
// lexer.
func TestKeywordsAreThoseOfTheGrammar(t *testing.T) {
	grammar, err := os.ReadFile("../../../grammar/Stellar.g4")
	require.NoError(t, err)
	_, rules, found := strings.Cut(string(grammar), "// Keywords exist")
	require.True(t, found)
	rules, _, found = strings.Cut(rules, "// A sign is")
	require.True(t, found)
	words := regexp.MustCompile(`'([A-Za-z]+)'`).FindAllStringSubmatch(rules, -1)
	require.Len(t, words, 27)
	for _, word := range words {
		require.True(t, IsKeyword(word[1]), word[1])
	}
	for _, name := range []string{"", "_", "And", "NAN", "nan", "Null", "TO_UPPER", "inn"} {
		require.False(t, IsKeyword(name), name)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"TO_LOWER", "TO_UPPER", "TRIM", "IN_SUBNET"}
	for name, want := range map[string]string{
		"to_upper": "TO_UPPER", "TO_UPER": "TO_UPPER", "TO_OWER": "TO_LOWER", "TIRM": "TRIM", "in_subnt": "IN_SUBNET",
		"TRIMMED": "", "": "", "LENGTH": "",
	} {
		require.Equal(t, want, Nearest(name, known), name)
	}
}
