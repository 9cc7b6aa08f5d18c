package index

import "math/bits"

func trailingZeros(word uint64) int { return bits.TrailingZeros64(word) }

// counted are conditions that are counted quickly.
type counted struct {
	words  []uint64 // a bit for each
	before []int32  // by word, how many there are in those before it
}

func setBit(words []uint64, i int) []uint64 {
	for len(words) <= i/64 {
		words = append(words, 0)
	}
	words[i/64] |= 1 << (i % 64)
	return words
}

// countAll prepares for between.
func (c *counted) countAll() {
	total := int32(0)
	for _, word := range c.words {
		c.before = append(c.before, total)
		total += int32(bits.OnesCount64(word))
	}
	c.words, c.before = append(c.words, 0), append(c.before, total)
}

// between returns how many there are from a condition on up to another.
func (c *counted) between(from, to int) int { return c.below(to) - c.below(from) }

func (c *counted) below(condition int) int {
	word := condition / 64
	if word >= len(c.words) {
		return int(c.before[len(c.before)-1])
	}
	return int(c.before[word]) + bits.OnesCount64(c.words[word]&(1<<(condition%64)-1))
}

func onesCount(word uint64) int { return bits.OnesCount64(word) }
