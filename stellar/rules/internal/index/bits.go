package index

import "math/bits"

func trailingZeros(word uint64) int { return bits.TrailingZeros64(word) }

// countBits counts the bits from one on up to another.
func countBits(words []uint64, from, to int) int {
	count := 0
	for from < to && from/64 < len(words) {
		word := words[from/64] >> (from % 64)
		next := min(to, from/64*64+64)
		if n := next - from; n < 64 {
			word &= 1<<n - 1
		}
		count += bits.OnesCount64(word)
		from = next
	}
	return count
}
