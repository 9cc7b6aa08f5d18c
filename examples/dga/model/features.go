package model

import (
	"math"
	"strings"
)

// features are the numbers by which a name is judged, in the order in which
// languages.features lists them.
type features [7]float64

// languages are the language models of the two origins.
type languages struct {
	ordinary, generated languageModel
}

func (l *languages) of(origin Verdict) *languageModel {
	if origin == DGA {
		return &l.generated
	}
	return &l.ordinary
}

func (l *languages) features(name string) features {
	ordinary, generated := l.ordinary.bitsPerSymbol(name), l.generated.bitsPerSymbol(name)
	length := float64(len(name))
	return features{
		ordinary,
		(ordinary - generated) * length, // evidence adds up along the name
		entropy(name),
		share(countAny(name, "aeiouy"), length),
		share(countAny(name, "0123456789"), length),
		longestConsonantRun(name),
		length,
	}
}

// entropy is Shannon's, of the characters of name, in bits per character.
func entropy(name string) float64 {
	var counts [256]float64
	for i := range len(name) {
		counts[name[i]]++
	}
	bits := 0.0
	for _, count := range counts {
		if count > 0 {
			p := count / float64(len(name))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

func countAny(name, chars string) float64 {
	count := 0.0
	for i := range len(name) {
		if strings.IndexByte(chars, name[i]) >= 0 {
			count++
		}
	}
	return count
}

func longestConsonantRun(name string) float64 {
	longest, run := 0, 0
	for i := range len(name) {
		if strings.IndexByte("bcdfghjklmnpqrstvwxz", name[i]) >= 0 {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return float64(longest)
}
