package lettercase

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

func TestUpper(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "powershell.exe": "POWERSHELL.EXE", "@az[`AZ{": "@AZ[`AZ{", "x\x7f": "X\x7f",
		"straße": "STRASSE", "ﬁnance": "FINANCE", "ŉ": "ʼN", "\u0390": "\u0399\u0308\u0301", "ıI": "II", "ß": "SS", "ᾳ": "ΑΙ",
		"ό" + strings.Repeat("σ", 100):   "Ό" + strings.Repeat("Σ", 100),
		strings.Repeat("long text ", 50): strings.Repeat("LONG TEXT ", 50),
	} {
		require.Equal(t, want, Upper(s), s)
	}
}

// TestUpperOfAll compares with golang.org/x/text, which is slow for being general.
func TestUpperOfAll(t *testing.T) {
	upper := cases.Upper(language.Und)
	differing := 0
	for r := range rune(unicode.MaxRune + 1) {
		s := "x" + string(r) + "y"
		if got, want := Upper(s), upper.String(s); got != want {
			// Package unicode may be of a later version of Unicode.
			require.Equal(t, "X"+string(unicode.ToUpper(r))+"Y", got, "%q %U", s, r)
			require.Equal(t, "X"+string(r)+"Y", want, "%q %U", s, r)
			differing++
		}
	}
	require.Less(t, differing, 100)
	require.Equal(t, upper.String("ä\xff"), Upper("ä\xff"))
}

func TestLower(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "Login.Example-Bank.COM": "login.example-bank.com", "@AZ[`az{": "@az[`az{",
		"İ": "i\u0307", "ẞ": "ß", "𐐀𐐁": "𐐨𐐩", "Ǆ": "ǆ",
		"Σ": "σ", "ΑΣ": "ας", "ΑΣΑ": "ασα", "ΑΣΣ": "ασς", "ΑΣ ΒΣ": "ας βς", "5Σa": "5σa", "ΑΣ1": "ας1",
		"ΑΣ.Α": "ασ.α", "ΑΣ:Α": "ασ:α", "ΑΣ’Α": "ασ’α", "ΑΣ-Α": "ας-α", "ΑΣ1Α": "ας1α", "Α'Σ": "α'ς", "ΑΣ\u0301Β": "ασ\u0301β",
		"ΑΣ" + strings.Repeat(".", 100) + "Α": "ασ" + strings.Repeat(".", 100) + "α",
		strings.Repeat("Α", 64) + "Σ":         strings.Repeat("α", 64) + "ς",
	} {
		require.Equal(t, want, Lower(s), s)
	}
}

func TestASCIIAllocatesOnceAtMost(t *testing.T) {
	changing, settled := strings.Repeat("Aa", 100), strings.Repeat("A.", 100)
	require.EqualValues(t, 1, testing.AllocsPerRun(10, func() { Upper(changing) }))
	require.EqualValues(t, 1, testing.AllocsPerRun(10, func() { Lower(changing) }))
	require.Zero(t, testing.AllocsPerRun(10, func() { Upper(settled) }))
}

func BenchmarkUpper(b *testing.B) {
	for name, s := range map[string]string{
		"changing": "login.example-bank.com", "settled": "LOGIN.EXAMPLE-BANK.COM", "unicode": "straße nach süden",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Upper(s)
			}
		})
	}
}
