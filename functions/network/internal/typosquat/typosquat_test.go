package typosquat

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGenerators(t *testing.T) {
	tests := []struct {
		name string
		got  []string
		want string
	}{
		{"bitFlips", slices.Collect(bitFlips([]rune("a-"))), "c- e- i- q- am"},
		{"hyphenations", slices.Collect(hyphenations([]rune("abc"))), "a-bc ab-c"},
		{"insertions", slices.Collect(insertions([]rune("xpx")))[:6], "xlpx xplx xopx xpox x0px xp0x"},
		{"omissions", slices.Collect(omissions([]rune("abc"))), "bc ac ab"},
		{"repetitions", slices.Collect(repetitions([]rune("aü1"))), "aaü1 aüü1"},
		{"replacements", slices.Collect(replacements([]rune("p")))[:3], "l o 0"},
		{"subdomains", slices.Collect(subdomains([]rune("ab-c.de"))), "a.b-c.de ab-c.d.e"},
		{"transpositions", slices.Collect(transpositions([]rune("abc"))), "bac acb"},
		{"vowelSwaps", slices.Collect(vowelSwaps([]rune("xo"))), "xa xe xi xo xu"},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, strings.Join(tt.got, " "), tt.name)
	}
}

func TestHomoglyphs(t *testing.T) {
	// One occurrence, or several in a row; but never all from end to end.
	for name, want := range map[string]string{
		"l":   "",
		"lol": "1ol iol l0l lo1 loi",
		"llo": "1lo 11o ilo iio l1o lio ll0",
	} {
		var ascii []string
		for variant := range homoglyphs([]rune(name)) {
			if !strings.ContainsFunc(variant, func(r rune) bool { return r >= 0x80 }) && !strings.HasPrefix(variant, "xn--") {
				ascii = append(ascii, variant)
			}
		}
		require.Equal(t, want, strings.Join(ascii, " "), name)
	}

	variants := slices.Collect(homoglyphs([]rune("google")))
	require.Subset(t, variants, []string{"g00gle", "gооgle", "xn--ggle-55da", "ցoogle"})

	// A name in ASCII form is taken apart in Unicode.
	require.Contains(t, slices.Collect(homoglyphs([]rune("xn--mnchen-3ya"))), "münchén")
}

func TestVariants(t *testing.T) {
	variants := slices.Collect(Variants("example"))
	require.NotContains(t, variants, "example")
	require.Subset(t, variants, []string{
		"examples", "eyample", "examp1e", "exam-ple", "exanmple", "exampe", "exxample", "wxample", "exam.ple", "exmaple", "exemple",
	})
	require.Equal(t, 26, len(slices.Collect(Variants(""))))

	for range Variants("example") { // may be left early
		break
	}
}
