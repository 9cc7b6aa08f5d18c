package text

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/stellarlang/stellar/functions/internal/lettercase"
	"github.com/stellarlang/stellar/functions/internal/pieces"
	"github.com/stellarlang/stellar/stellar/fn"
)

// languages has the languages of the Unicode CLDR and the scripts, regions and
// variants that each comes with; one of a line is the language.
//
//go:embed languages.txt
var languages string

// knownLanguages returns the tags of languages: of each alone, with what it comes
// with, and with the region where it is most spoken.
var knownLanguages = sync.OnceValue(func() map[string]bool {
	tags := map[string]bool{}
	for line := range strings.Lines(languages) {
		words := strings.Fields(line)
		for i, word := range words {
			tag := words[0]
			if i > 0 {
				tag += "-" + word
			}
			tags[tag] = true
			if withRegion, ok := likelyRegion(tag); ok {
				tags[withRegion] = true
			}
		}
	}
	return tags
})

// likelyRegion adds to a tag of a language, or of a language and a script, the region
// where it is most spoken.
func likelyRegion(tag string) (withRegion string, ok bool) {
	parsed, err := language.Parse(tag)
	if err != nil {
		return "", false
	}
	_, _, written := parsed.Raw()
	region, _ := parsed.Region()
	if written.String() != unknownRegion || region.String() == unknownRegion {
		return "", false
	}
	return tag + "-" + region.String(), true
}

const unknownRegion = "ZZ"

// languageTags returns all tags, sorted.
var languageTags = sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(knownLanguages())) })

// lowerIn returns what changes text to lower case by the rules of a language. It fails
// of the budget.
func lowerIn(tag string) (lower func(budget fn.Budget, text string) (string, error), ok bool) {
	if !knownLanguages()[tag] {
		return nil, false
	}
	base, _, _ := strings.Cut(tag, "-")
	switch base {
	case "tr", "az":
		return inPieces(lowerTurkic), true
	case "lt":
		return inPieces(cases.Lower(language.Lithuanian).String), true
	}
	return lettercase.LowerWithin, true
}

// inPieces makes a function that changes a text piece by piece, and can be called off.
func inPieces(change func(string) string) func(budget fn.Budget, text string) (string, error) {
	return func(budget fn.Budget, text string) (string, error) {
		var changed strings.Builder
		for text != "" {
			piece, err := pieces.First(budget, text)
			if err != nil {
				return "", err
			}
			changed.WriteString(change(piece))
			text = text[len(piece):]
		}
		return changed.String(), nil
	}
}

// The languages of the Turks have an i with and one without a dot, in either case.
var dots = strings.NewReplacer("İ", "i", "I\u0307", "i", "I", "ı")

func lowerTurkic(s string) string { return lettercase.Lower(dots.Replace(s)) }
