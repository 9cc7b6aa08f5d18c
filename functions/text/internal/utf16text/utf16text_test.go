package utf16text

import (
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// TestSlice compares every cut of some strings with the same cut of their
// UTF-16 form.
func TestSlice(t *testing.T) {
	for _, s := range []string{"", "metron", "é中", "a😀b", "😀", "😀😀é", "x😀😀😀"} {
		units := utf16.Encode([]rune(s))
		for from := range len(units) + 1 {
			for to := from; to <= len(units); to++ {
				want := string(utf16.Decode(units[from:to]))
				require.Equal(t, want, Slice(s, from, to), "%q from %d to %d", s, from, to)
			}
		}
	}
}
