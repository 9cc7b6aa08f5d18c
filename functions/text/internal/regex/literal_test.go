package regex

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

func TestLiterals(t *testing.T) {
	for pattern, want := range map[string]string{
		`abc`:                  "[{abc false}]",
		`.*abc.*`:              "[{abc false}]",
		`ab.*cdef\d+gh`:        "[{cdef false}]",
		`^\bfoo\b(?=x)bar$`:    "[{foobar false}]",
		`(?i)Foo`:              "[{foo true}]",
		`(?i:F)oo`:             "[{foo true}]",
		`(?iu)straße K`:        "[{straße k true}]",
		`(ab|cde)f`:            "[{ab false} {cde false}]",
		`(ab|cde)fgh`:          "[{fgh false}]",
		`(a|)x(?:bc)+`:         "[{bc false}]",
		`(?:bc)*`:              "[]",
		`(?:bc)?`:              "[]",
		`(?!abc)d`:             "[{d false}]",
		`\d+`:                  "[]",
		`[ab]+`:                "[]",
		`[kK]`:                 "[{k true}]",
		"a\uFFFDb":             "[{a false}]",
		`(abc)\1`:              "[{abc false}]",
		`x{1}y{1,1}z`:          "[{xyz false}]",
		`ab(?>cd)e`:            "[{abcde false}]",
		`abc\Xdef|[a-z]`:       "[]",
		`a.b|c\.d`:             "[{a false} {c.d false}]",
		`(?s)\QC:\Temp\E\\.*x`: `[{C:\Temp\ false}]`,
	} {
		p, err := Compile(pattern)
		require.NoError(t, err, pattern)
		require.Equal(t, want, fmt.Sprint(p.literals), pattern)
	}
}

// What matches contains a literal, and what contains none takes no more steps than it
// is said to.
func TestLiteralsAreNecessary(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	pieces := []string{"a", "b", "k", "ab", "(a|bk)", "(?i:k)", "[ab]", ".", "b+", "a*", "(ab)?", `\b`, "^", "(?=a)", "(?!b)", "(a|)", "$", "K", "(?iu:ka)", "s{2}"}
	texts := []string{"a", "b", "k", "K", "\u212A", "s", "ſ", "\n", "é", "ab"}
	matched, refuted := 0, 0
	for range 4000 {
		var pattern, text strings.Builder
		for range 1 + random.IntN(4) {
			pattern.WriteString(pieces[random.IntN(len(pieces))])
		}
		p, err := Compile(pattern.String())
		require.NoError(t, err, pattern.String())
		for range 12 {
			text.Reset()
			for range random.IntN(6) {
				text.WriteString(texts[random.IntN(len(texts))])
			}
			has := false
			for _, l := range p.literals {
				has = has || strings.Contains(text.String(), l.Text) || l.Fold && strings.Contains(value.Fold(text.String()), l.Text)
			}
			purse := usual()
			matches, err := p.MatchWhole(purse, text.String())
			require.NoError(t, err)
			if matches {
				matched++
				require.True(t, has || len(p.literals) == 0, "%s matches %q, which has none of %v", &pattern, text.String(), p.literals)
			} else if !has && len(p.literals) > 0 && p.wholeMatcher.linear() != nil {
				refuted++
				require.LessOrEqual(t, purse.spent, p.StepsWithoutLiterals(text.Len()), "%s on %q", &pattern, text.String())
			}
		}
	}
	require.Greater(t, matched, 1000)
	require.Greater(t, refuted, 1000)
}
