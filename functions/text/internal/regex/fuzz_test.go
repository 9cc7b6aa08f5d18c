package regex

import (
	"testing"
)

// FuzzCompile looks for panics, and for disagreement between the engines.
func FuzzCompile(f *testing.F) {
	for _, c := range matchCases {
		for _, text := range append(c.matches, c.differing...) {
			f.Add(c.pattern, text)
		}
	}
	budget := func() Budget { return &purse{steps: 100_000, bytes: 1 << 20} }
	f.Fuzz(func(t *testing.T, pattern, text string) {
		p, err := Compile(pattern)
		if err != nil || len(text) > 100 {
			return
		}
		matches, err := p.MatchWhole(budget(), text)
		if err != nil {
			return
		}
		if groups, err := p.Groups(budget(), text); err == nil && matches != (groups != nil) {
			t.Errorf("%q on %q: match %v, groups %v", pattern, text, matches, groups)
		}
		if program, err := p.wholeMatcher.backtracking(); err == nil {
			found := false
			err := program.search(budget(), text, func(*Match) bool {
				found = true
				return false
			})
			if err == nil && found != matches {
				t.Errorf("%q on %q: %v, backtracking %v", pattern, text, matches, found)
			}
		}
		if _, err := p.Replace(budget(), 10_000, text, "<$0>"); err != nil {
			t.Log(err)
		}
	})
}
