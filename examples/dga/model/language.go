package model

import "math"

// The symbols that a language model knows: letters, digits, dash, one for every
// other byte, and the edge before the first and after the last character.
const (
	firstDigit  = 26
	dash        = 36
	otherSymbol = 37
	edge        = 38
	symbolCount = 39
)

func symbolOf(char byte) int {
	switch {
	case 'a' <= char && char <= 'z':
		return int(char - 'a')
	case '0' <= char && char <= '9':
		return int(char-'0') + firstDigit
	case char == '-':
		return dash
	}
	return otherSymbol
}

// languageModel knows how probable a name is, character by character, each given the
// two before it. It interpolates the frequencies of triples, pairs and
// single symbols (Jelinek and Mercer, 1980), so that no name is impossible.
type languageModel struct {
	triples [symbolCount][symbolCount][symbolCount]float64
	pairs   [symbolCount][symbolCount]float64
	singles [symbolCount]float64

	afterPair   [symbolCount][symbolCount]float64 // triples that begin with the pair
	afterSingle [symbolCount]float64              // pairs that begin with the symbol
	total       float64
}

// Weights of the interpolation; the rest, 0.05, goes to all symbols alike.
const (
	tripleWeight = 0.5
	pairWeight   = 0.3
	singleWeight = 0.15
)

func (m *languageModel) add(name string)    { m.count(name, 1) }
func (m *languageModel) remove(name string) { m.count(name, -1) }

func (m *languageModel) count(name string, times float64) {
	eachTriple(name, func(a, b, c int) {
		m.triples[a][b][c] += times
		m.afterPair[a][b] += times
		m.pairs[b][c] += times
		m.afterSingle[b] += times
		m.singles[c] += times
		m.total += times
	})
}

// bitsPerSymbol is how much a name surprises the model: the mean of -log2 of the
// probabilities of its characters and of its end.
func (m *languageModel) bitsPerSymbol(name string) float64 {
	bits := 0.0
	eachTriple(name, func(a, b, c int) {
		p := tripleWeight*share(m.triples[a][b][c], m.afterPair[a][b]) +
			pairWeight*share(m.pairs[b][c], m.afterSingle[b]) +
			singleWeight*share(m.singles[c], m.total) +
			(1-tripleWeight-pairWeight-singleWeight)/symbolCount
		bits -= math.Log2(p)
	})
	return bits / float64(len(name)+1)
}

// eachTriple visits every character of name, and the edge after the last, with
// the two symbols before it.
func eachTriple(name string, visit func(a, b, c int)) {
	a, b := edge, edge
	for i := range len(name) {
		c := symbolOf(name[i])
		visit(a, b, c)
		a, b = b, c
	}
	visit(a, b, edge)
}

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
