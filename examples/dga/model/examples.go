package model

import (
	_ "embed"
	"math/rand/v2"
	"strings"
)

// ordinaryNames lists names of well-known sites and words, separated by blanks;
// lines that begin with # are headings.
//
//go:embed ordinary_names.txt
var ordinaryNames string

// Examples returns names of both origins, as many of each, in two parts that share
// none: four of five to train with, and the rest, held out, to measure with. It
// always returns the same.
func Examples() (training, heldOut []Example) {
	examples := ordinaryExamples()
	examples = append(examples, generatedExamples(len(examples))...)
	random := rand.New(rand.NewPCG(2, 5))
	random.Shuffle(len(examples), func(i, j int) { examples[i], examples[j] = examples[j], examples[i] })
	border := len(examples) * 4 / 5
	return examples[:border], examples[border:]
}

func ordinaryExamples() []Example {
	var examples []Example
	for line := range strings.Lines(ordinaryNames) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for name := range strings.FieldsSeq(line) {
			examples = append(examples, Example{Name: name, Origin: Legit})
		}
	}
	return examples
}

// generatedExamples takes turns among the families.
func generatedExamples(count int) []Example {
	random := rand.New(rand.NewPCG(1, 4))
	seen := map[string]bool{}
	var examples []Example
	for len(examples) < count {
		name := generators[len(examples)%len(generators)].next(random)
		if !seen[name] {
			seen[name] = true
			examples = append(examples, Example{Name: name, Origin: DGA})
		}
	}
	return examples
}
