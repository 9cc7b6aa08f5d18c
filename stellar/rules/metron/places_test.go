package metron

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// TestPlaces: of an expression in a JSON string, each character has its place there,
// whatever is escaped.
func TestPlaces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	written := []string{"a", " ", `\"`, `\\`, `\/`, `\n`, `\t`, `\u0041`, `\u00e9`, "é", "日", "😀", `\ud83d\ude00`, `'`, "+"}
	for range 2000 {
		var raw strings.Builder
		var starts []int // in raw, by character
		for range random.IntN(12) {
			starts = append(starts, raw.Len())
			raw.WriteString(written[random.IntN(len(written))])
		}
		source := `{"enrichment":{"fieldMap":{"stellar":{"config":["name := ` + raw.String() + `"]}}}}`
		begin := strings.Index(source, "name := ") + len("name := ")
		parsed := Parse("f", []byte(source))
		require.Empty(t, parsed.Findings, source)
		e := parsed.Steps[0].(rules.Blocks)[0].Assignments[0].Expression
		if e.Text == "null" {
			continue
		}
		r := &reader{source: &rules.Source{Text: source}, json: source}
		content := r.document().get("enrichment").get("fieldMap").get("stellar").get("config").items[0].text
		content = content[len("name := "):]
		skipped := len(content) - len(strings.TrimLeft(content, " \t\r\n"))
		at := 0
		for i, character := range []rune(e.Text) {
			place := e.InSource(diag.Range{Start: at, End: at}).Start
			require.Equal(t, begin+starts[skipped+i], place, "%q in %s", character, source)
			at += utf8.RuneLen(character)
		}
	}
}

// TestDamaged: see rulestest.Damaged.
func TestDamaged(t *testing.T) {
	pieces := []string{"", `"`, `\`, "{", "}", "[", "]", ",", ":", "null", "5", "//", "/*", "\xff", `\ud800`}
	rulestest.Damaged(t, 20, pieces, func(text string) rules.Parsed { return Parse("f", []byte(text)) })
}

func FuzzParse(f *testing.F) {
	f.Add(`{"fieldTransformations":[{"transformation":"REGEX_SELECT","input":"a","output":"b","config":{"k":["\u0041"]}}]}`)
	f.Fuzz(func(t *testing.T, text string) { rulestest.RequirePlaces(t, Parse("f", []byte(text))) })
}
