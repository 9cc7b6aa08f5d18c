package value

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "powershell -enc": "powershell -enc", "PowerShell": "powershell", "C:\\Temp": "c:\\temp",
		"\u212Aelvin": "kelvin", "\u017Fh": "sh", "İI\u0131": "iii", "straße": "stra\u00DFe", "A\xffB": "a\uFFFDb",
	} {
		require.Equal(t, want, Fold(text), text)
		require.Equal(t, want, string(AppendFold(nil, text)), text)
	}
	require.Equal(t, Fold("ΣΑΣ"), Fold("σας"))
	require.NotEqual(t, Fold("a"), Fold("b"))
}

// Every mapping of characters that differ in case leads to the same fold, and folding
// twice changes nothing.
func TestFoldJoinsAllMappings(t *testing.T) {
	joined := 0
	for r := range unicode.MaxRune + 1 {
		folded := FoldRune(r)
		for _, same := range []rune{unicode.ToLower(r), unicode.ToUpper(r), unicode.ToTitle(r), unicode.SimpleFold(r), folded} {
			if FoldRune(same) != folded {
				t.Fatalf("%U folds to %U, and %U to %U", r, folded, same, FoldRune(same))
			}
		}
		if folded != r {
			joined++
			if s := string(r); r >= 0x80 && Fold(s) != strings.ToLower(s) && !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) && !unicode.IsSymbol(r) {
				t.Fatalf("%U is no letter and folds to %U", r, folded)
			}
		}
	}
	require.Greater(t, joined, 1000)
}
