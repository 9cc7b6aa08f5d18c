package xxhash

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSum has hashes that github.com/cespare/xxhash/v2 made of beginnings of a text.
// Stored sketches depend on them.
func TestSum(t *testing.T) {
	text := strings.Repeat("The quick brown fox jumps over the lazy dog. ", 30)
	for _, c := range []struct {
		length int
		seed   uint64
		want   uint64
	}{
		{0, 0x0, 0xef46db3751d8e999},
		{0, 0x9e3779b185ebca87, 0x6ec6d05f61c7e7a7},
		{1, 0x0, 0x5b4d6af247a3cf7b},
		{1, 0x9e3779b185ebca87, 0xfebb1d558c8b684f},
		{3, 0x0, 0x4108f90b5de14d15},
		{3, 0x9e3779b185ebca87, 0xb8b9dd5d37a203e0},
		{4, 0x0, 0xcdf13a49d263200f},
		{4, 0x9e3779b185ebca87, 0xa860ea840dc48770},
		{7, 0x0, 0xc6fce9d72e310949},
		{7, 0x9e3779b185ebca87, 0x75bcbff787f65a39},
		{8, 0x0, 0xd07b38a78a153b0b},
		{8, 0x9e3779b185ebca87, 0xd5ba9803b23e3094},
		{31, 0x0, 0x3f8d95ab32c127d9},
		{31, 0x9e3779b185ebca87, 0x84decb59d8b4c0ad},
		{32, 0x0, 0xe2bbc9136629a4ee},
		{32, 0x9e3779b185ebca87, 0xa80adeea3e724dd2},
		{33, 0x0, 0x6d92fe2ebab7db31},
		{33, 0x9e3779b185ebca87, 0x0c7123eb8f3a1e19},
		{63, 0x0, 0xdfaec775b4e0369f},
		{63, 0x9e3779b185ebca87, 0x756ea5e09e3b2484},
		{100, 0x0, 0x748b482c10d9fb2a},
		{100, 0x9e3779b185ebca87, 0xb114e76d26512d6a},
		{1000, 0x0, 0x8c4b40412fe058e6},
		{1000, 0x9e3779b185ebca87, 0xd787f74c4b53fdb2},
	} {
		require.Equal(t, c.want, Sum(text[:c.length], c.seed), "%d bytes, seed %d", c.length, c.seed)
	}
}

func TestWord(t *testing.T) {
	for _, x := range []uint64{0, 1, 1 << 63, 0x0123456789abcdef} {
		require.Equal(t, Sum(string(binary.LittleEndian.AppendUint64(nil, x)), 7), Word(x, 7))
	}
}

func TestAllocatesNothing(t *testing.T) {
	text := strings.Repeat("x", 100)
	sum := uint64(0)
	require.Zero(t, testing.AllocsPerRun(100, func() { sum += Sum(text, 0) }))
	require.NotZero(t, sum)
}
