package metron

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/rules"
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
			place := placeOf(&e, at)
			require.Equal(t, begin+starts[skipped+i], place, "%q in %s", character, source)
			at += utf8.RuneLen(character)
		}
	}
}

// placeOf returns the offset in the source of one in the text.
func placeOf(e *rules.Expression, at int) int {
	offset := e.Offset + at
	for i, p := range e.Pieces {
		if p.Text > at {
			break
		}
		offset = p.Source + at - p.Text
		if i+1 < len(e.Pieces) {
			offset = min(offset, e.Pieces[i+1].Source)
		}
	}
	return offset
}

// TestDamaged: whatever is wrong with a file, what is found has its place in it.
func TestDamaged(t *testing.T) {
	files, err := filepath.Glob("testdata/e*/*")
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(2, 2))
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, section := range sectionHead.Split(string(text), -1) {
			for range 20 {
				requirePlaces(t, damaged(random, section))
			}
		}
	}
}

func damaged(random *rand.Rand, text string) string {
	at := random.IntN(len(text) + 1)
	end := min(at+random.IntN(9), len(text))
	return text[:at] + []string{"", `"`, `\`, "{", "}", "[", "]", ",", ":", "null", "5", "//", "/*", "\xff", `\ud800`}[random.IntN(15)] + text[end:]
}

func requirePlaces(t *testing.T, text string) {
	for _, d := range Parse("f", []byte(text)).Findings {
		require.True(t, 0 <= d.Range.Start && d.Range.Start <= d.Range.End && d.Range.End <= len(text), "%v of %d: %v", d.Range, len(text), d)
		require.NotEmpty(t, d.Snippet())
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"fieldTransformations":[{"transformation":"REGEX_SELECT","input":"a","output":"b","config":{"k":["\u0041"]}}]}`)
	f.Fuzz(func(t *testing.T, text string) { requirePlaces(t, text) })
}
