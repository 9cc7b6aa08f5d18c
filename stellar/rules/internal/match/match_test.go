package match

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParts(t *testing.T) {
	patterns := []string{"he", "she", "his", "hers", "e", "\x00\xff", "é"}
	for text, want := range map[string][]string{
		"": nil, "ushers": {"e", "he", "hers", "she"}, "hi": nil, "this": {"his"}, "shhe": {"e", "he"},
		"a\x00\xff": {"\x00\xff"}, "caf\u00e9": {"é"}, "\xc3": nil,
	} {
		require.Equal(t, want, found(patterns, NewParts(patterns), text), "%q", text)
	}
}

func TestEnds(t *testing.T) {
	patterns := []string{"a", "ab", "abc", "b", "cba"}
	for _, test := range []struct {
		text     string
		prefixes []string
		suffixes []string
	}{
		{"", nil, nil}, {"abcd", []string{"a", "ab", "abc"}, nil}, {"xab", nil, []string{"ab", "b"}},
		{"cba", []string{"cba"}, []string{"a", "cba"}}, {"a", []string{"a"}, []string{"a"}},
	} {
		require.Equal(t, test.prefixes, foundAtEnd(patterns, Prefixes(patterns), test.text), test.text)
		require.Equal(t, test.suffixes, foundAtEnd(patterns, Suffixes(patterns), test.text), test.text)
	}
	require.Nil(t, foundAtEnd(nil, Prefixes(nil), "a"))
	require.Nil(t, found(nil, NewParts(nil), "a"))
}

func found(patterns []string, p *Parts, text string) []string {
	var all []string
	p.Visit(text, func(pattern int32) bool {
		all = append(all, patterns[pattern])
		return false
	})
	slices.Sort(all)
	return slices.Compact(all)
}

func foundAtEnd(patterns []string, e *Ends, text string) []string {
	var all []string
	e.Visit(text, func(pattern int32) { all = append(all, patterns[pattern]) })
	slices.Sort(all)
	return all
}

// FuzzMatch compares with what package strings finds.
func FuzzMatch(f *testing.F) {
	f.Add("he,she,his,hers", "ushers")
	f.Add("a,aa,aaa,b", "aaab")
	f.Fuzz(func(t *testing.T, list, text string) {
		patterns := slices.DeleteFunc(strings.Split(list, ","), func(p string) bool { return p == "" })
		slices.Sort(patterns)
		compare(t, slices.Compact(patterns), text)
	})
}

func TestRandom(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	letters := func(most int) string {
		b := make([]byte, random.IntN(most+1))
		for i := range b {
			b[i] = "aabc\xff"[random.IntN(5)]
		}
		return string(b)
	}
	for range 2000 {
		var patterns []string
		for range random.IntN(30) {
			if p := letters(6); p != "" {
				patterns = append(patterns, p)
			}
		}
		slices.Sort(patterns)
		compare(t, slices.Compact(patterns), letters(40))
	}
}

func compare(t *testing.T, patterns []string, text string) {
	var parts, prefixes, suffixes []string
	for _, p := range patterns {
		if strings.Contains(text, p) {
			parts = append(parts, p)
		}
		if strings.HasPrefix(text, p) {
			prefixes = append(prefixes, p)
		}
		if strings.HasSuffix(text, p) {
			suffixes = append(suffixes, p)
		}
	}
	require.Equal(t, parts, found(patterns, NewParts(patterns), text))
	require.Equal(t, prefixes, foundAtEnd(patterns, Prefixes(patterns), text))
	require.Equal(t, suffixes, foundAtEnd(patterns, Suffixes(patterns), text))

	seen := map[int32]bool{} // visiting those that were visited only once finds all too
	NewParts(patterns).Visit(text, func(pattern int32) bool {
		again := seen[pattern]
		seen[pattern] = true
		return again
	})
	require.Len(t, seen, len(parts))
}

// An automaton takes some dozens of bytes for each byte of its patterns, and patterns
// that are parts of each other do not make a text take longer.
func TestBounds(t *testing.T) {
	var patterns []string
	for n := range 2000 {
		patterns = append(patterns, strings.Repeat("a", n+1))
	}
	p := NewParts(patterns)
	require.Less(t, p.Memory(), 64*2000+4<<10)
	visits, seen := 0, make([]bool, len(patterns))
	p.Visit(strings.Repeat("a", 10_000), func(pattern int32) bool {
		visits++
		again := seen[pattern]
		seen[pattern] = true
		return again
	})
	require.Less(t, visits, 20_000)
}
