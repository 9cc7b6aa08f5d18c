package engine

import (
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// TestPlaces counts the units before each byte of a text as the standard library does,
// and back.
func TestPlaces(t *testing.T) {
	for _, text := range []string{"", "plain", "é", "a😀b", "\xff\xfe", "😀é\u202e\r\n\t\x00€", "é\xc3", strings.Repeat("x€😀", 50)} {
		at := places{text: text}
		start := 0 // of the character
		for offset := 0; offset <= len(text); offset++ {
			if _, size := utf8.DecodeRuneInString(text[start:]); offset == start+size {
				start = offset
			}
			units := len(utf16.Encode([]rune(text[:start])))
			require.Equal(t, units, at.unitAt(offset), "%q at %d", text, offset)
			require.Equal(t, start, bytesAt(text, units), "%q at %d", text, offset)
		}
		require.Equal(t, at.unitAt(len(text)), at.unitAt(len(text)+9))
		require.Zero(t, at.unitAt(-1))
	}
}

// TestPlacesInAnyOrder asks for places as the parts of a long sum have them, far from one
// another: the text is gone through once.
func TestPlacesInAnyOrder(t *testing.T) {
	at := places{text: strings.Repeat("1+", 1<<19) + "é"}
	start := time.Now()
	for end := len(at.text); end > 0; end -= 2 {
		require.Zero(t, at.unitAt(0))
		if at.unitAt(end) > end {
			t.Fatal("more units than bytes")
		}
	}
	require.Less(t, time.Since(start), 10*time.Second)
}
