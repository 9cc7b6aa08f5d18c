package yaml

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v3"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/internal/rulestest"
)

// TestStyles: an error in an expression has its line and column, however the text is
// written in YAML. The unknown function BAD is the error.
func TestStyles(t *testing.T) {
	for _, test := range []struct {
		name, source string
		line, column int
	}{
		{"plain", "drop: a == BAD(b)\n", 1, 12},
		{"plain, windows line ends", "sensor: x\r\ndrop: BAD(b)\r\n", 2, 7},
		{"plain, byte order mark", "\ufeffdrop: BAD(b)\n", 1, 7},
		{"plain, other characters before", "drop: a == 'éßŁ' or BAD(b)\n", 1, 21},
		{"plain in lines", "drop: a == 1\n  or\n\n    BAD(b)\n", 4, 5},
		{"plain, on the next line", "drop: # why\n  BAD(b)\n", 2, 3},
		{"plain in a list", "drop:\n  - a\n  - not(BAD(b))\n", 3, 9},
		{"plain in brackets", "enrich: { x: { drop: BAD(b) } }\n", 1, 22},
		{"plain in braces, a question mark", "enrich: { x?: { drop: BAD(b) } }\n", 1, 23},
		{"question marks", "drop: |\n  (a?1:2) == '??' or BAD(b)\n", 2, 22},
		{"single quotes", "drop: 'a == BAD(b)'\n", 1, 13},
		{"single quotes, doubled", "drop: 'a == ''x'' or b == '''' or BAD(b)'\n", 1, 35},
		{"single quotes in lines", "drop: 'a == ''x''\n  or\n\n  BAD(b)'\n", 4, 3},
		{"double quotes", "drop: \"a == 'x' or BAD(b)\"\n", 1, 20},
		{"double quotes, escapes", `drop: "a == \"x\" or 'A\u0041\x41\n\\\\' == 'é' or BAD(b)"` + "\n", 1, 52},
		{"double quotes, a surrogate's rune", `drop: "'\U0001f600' == a or BAD(b)"` + "\n", 1, 29},
		{"double quotes in lines", "drop: \"a or\n  b or \\\n  c or\n\n  BAD(b)\"\n", 5, 3},
		{"double quotes, blanks escaped", "drop: \"a or \\\n  \\  BAD(b)\"\n", 2, 6},
		{"literal", "drop: |\n  a == 1 or\n  BAD(b)\n", 3, 3},
		{"literal, deeper", "drop: |\n  a == 1 or\n     BAD(b)\n", 3, 6},
		{"literal, blank lines", "drop: |\n\n  a == 1 or\n\n\n  BAD(b)\n", 6, 3},
		{"literal, header", "drop: |1- # why\n   a or\n  BAD(b)\n", 3, 3},
		{"literal, windows line ends", "drop: |\r\n  a == 1 or\r\n  BAD(b)\r\n", 3, 3},
		{"literal, in a list", "drop:\n- |\n a or\n BAD(b)\n", 4, 2},
		{"literal, blanks at the ends", "drop: |\n  a or  \n  \tBAD(b)  \n", 3, 4},
		{"folded", "drop: >\n  a == 1 or\n  BAD(b)\n", 3, 3},
		{"folded, kept lines", "drop: >-\n  a or\n\n   b or\n   BAD(b)\n", 5, 4},
		{"anchor", "drop: [ &x a == 1, BAD(b) ]\n", 1, 20},
		{"anchor before quotes", "drop: &x 'BAD(b)'\n", 1, 11},
		{"tag", "drop: !!str BAD(b)\n", 1, 13},
		{"alias", "enrich:\n  x: { drop: &bad BAD(b) }\n  y: { drop: *bad }\n", 2, 19},
		{"assignment", "enrich:\n  x: |\n    # one\n    a := 1 # two\n    b := a +\n       BAD(b)\n", 6, 8},
		{"assignments in a mapping", "enrich:\n  x:\n    assign:\n      a: 1\n      b: 'a + BAD(b)'\n", 5, 15},
		{"rule", "triage:\n  rules:\n    - name: x\n      when: a\n      score: 5 + BAD(b)\n", 5, 18},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, found, err := rules.Compile(context.Background(), rulestest.NewEnv(t), Parse("f.yaml", []byte(test.source), nil).Parsed)
			var errs diag.List
			if errors.As(err, &errs) {
				found = append(found, errs...)
			}
			found = slices.DeleteFunc(found, func(d *diag.Diagnostic) bool { return d.Kind != diag.ErrUnknownFunction })
			require.NotEmpty(t, found, "%v", err)
			for _, d := range found {
				require.Equal(t, "BAD", d.Source[d.Range.Start:d.Range.Start+len("BAD")], "%v\n%s", d, d.Snippet())
				rulestest.RequireOnePlace(t, d)
				if line, column := d.Position(); test.column > 0 {
					require.Equal(t, []int{test.line, test.column}, []int{line, column})
				}
			}
		})
	}
}

// TestPlaces: of a text in any style, each character that is not blank has its place.
func TestPlaces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	characters := []string{"a", "b", " ", " ", "\n", "é", "日", "😀", "'", `"`, `\`, "#", ":", "\t", "(", "\u00a0", "\u2028"}
	aligned := 0
	for range 4000 {
		var content strings.Builder
		for range 1 + random.IntN(14) {
			content.WriteString(characters[random.IntN(len(characters))])
		}
		style := []yaml.Style{0, yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle}[random.IntN(5)]
		written, err := yaml.Marshal(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
			{Kind: yaml.ScalarNode, Value: "sensor"}, {Kind: yaml.ScalarNode, Value: content.String(), Style: style}}})
		require.NoError(t, err)
		r := newReader("f", written, nil)
		n := r.Document()
		if n == nil {
			continue // the library does not read all that it writes
		}
		v := n.Members[0].Value
		e := rules.Expression{Text: v.Text, Source: r.Source, Offset: v.Pieces[0].Source, Pieces: v.Pieces}
		if strings.HasPrefix(string(written), `sensor: "`) {
			continue // escapes are in TestStyles
		}
		aligned++
		for at, character := range v.Text {
			if strings.ContainsRune(" \t\n\u2028", character) {
				continue
			}
			place := e.InSource(diag.Range{Start: at, End: at + utf8.RuneLen(character)})
			require.Equal(t, string(character), string(written[place.Start:place.Start+utf8.RuneLen(character)]), "%d of %q in %s", at, v.Text, written)
		}
	}
	require.Greater(t, aligned, 1000)
}

// TestDamaged: see rulestest.Damaged.
func TestDamaged(t *testing.T) {
	pieces := []string{
		"", `"`, `\`, "{", "}", "[", "]", ",", ":", "null", "5", "- ", "|", "\t", "\n", "'", "&a ", "*a", "!x ", "? ", "\xff", "\u2028", "---\n",
	}
	rulestest.Damaged(t, 10, pieces, parseAlone)
}

// parseAlone reads a text that names no files.
func parseAlone(text string) rules.Parsed { return Parse("f", []byte(text), nil).Parsed }

func FuzzParse(f *testing.F) {
	f.Add("drop: \"a \\\n b\"\nenrich:\n  x: |\n    a := 1\ntriage: { rules: [ &a { name: x, when: *b, score: 1 } ] }\n")
	for _, text := range rulestest.Texts(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { rulestest.RequirePlaces(t, parseAlone(text)) })
}
