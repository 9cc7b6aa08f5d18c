package match

import (
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// maxTested bounds the steps of a call that a witness speaks of, by the wanted texts, and
// maxTestedPatterns by the patterns, which take more.
const (
	maxTested         = 4_000
	maxTestedPatterns = 16
)

// witnessOf returns the Witness of a function whose wanted texts become tests.
func witnessOf(testsOf func(wanted []string) []fn.Test, most int) func(fn.Constants) fn.Witness {
	return func(constants fn.Constants) fn.Witness {
		wanted, known := constants.Get(wantedArg)
		options, optionsKnown := constants.Get(optionsArg)
		if !known || !optionsKnown && len(constants) > optionsArg {
			return fn.Witness{}
		}
		m := &matcher{}
		if !options.IsNull() && (options.Kind() != value.KindMap || m.readOptions(options) != nil) {
			return fn.Witness{}
		}
		var texts []string
		size := 0
		_, _ = anyLeaf(wanted, &unmetered{}, func(leaf value.Value) (bool, error) { // it does not fail
			if text, ok := textOf(leaf); ok {
				texts = append(texts, text)
				size = max(size, len(text))
			}
			return false, nil
		})
		if len(texts) > most || size > fn.TestedText {
			return fn.Witness{}
		}
		w := fn.Witness{Known: true, Total: true, Converts: true, Tests: testsOf(texts)}
		for i := range w.Tests {
			t := &w.Tests[i]
			t.Fold = !m.cased
			if t.Kind != fn.Equals && likeNumber(t.Text) {
				w.Converts = false // numbers have another text form
			}
		}
		return w
	}
}

// likeNumber reports whether a text may be a part of what a number is compared as.
func likeNumber(text string) bool {
	return strings.Trim(fold(text), "0123456789.+-einfa") == ""
}

// equalTests are tests for a text, and for the text forms of the numbers that are
// compared as it.
func equalTests(wanted []string) []fn.Test {
	var tests []fn.Test
	for _, text := range wanted {
		tests = append(tests, fn.Test{Kind: fn.Equals, Text: text})
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			continue
		}
		for _, number := range []value.Value{value.Double(f), value.Float(float32(f))} {
			if form := number.String(); form != text {
				tests = append(tests, fn.Test{Kind: fn.Equals, Text: form})
			}
		}
	}
	return tests
}

func testsOfKind(kind fn.TestKind) func([]string) []fn.Test {
	return func(wanted []string) []fn.Test {
		tests := make([]fn.Test, len(wanted))
		for i, text := range wanted {
			tests[i] = fn.Test{Kind: kind, Text: text}
		}
		return tests
	}
}

// longestTest is a test for the longest of texts that must all be there.
func longestTest(wanted []string) []fn.Test {
	longest := ""
	for _, text := range wanted {
		if len(text) > len(longest) {
			longest = text
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	return []fn.Test{{Kind: fn.HasPart, Text: longest}}
}

// patternTests are tests for the longest text in each pattern.
func patternTests(wanted []string) []fn.Test {
	var tests []fn.Test
	for _, text := range wanted {
		var literals []string
		for _, s := range parsePattern(text) {
			literals = append(literals, s...)
		}
		tests = append(tests, longestTest(literals)...)
	}
	return tests
}

func networkWitness(constants fn.Constants) fn.Witness {
	wanted, known := constants.Get(wantedArg)
	if !known {
		return fn.Witness{}
	}
	m, err := matcherOf(wanted, value.Null, networksOf, false, &unmetered{})
	if err != nil || len(m.tests) > 0 && len(m.tests[0].(networks)) > maxTested {
		return fn.Witness{}
	}
	w := fn.Witness{Known: true, Total: true, Converts: true}
	for _, t := range m.tests {
		for _, network := range t.(networks) {
			w.Tests = append(w.Tests, fn.Test{Kind: fn.InNetwork, Network: network})
		}
	}
	return w
}
