package terminal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFolds(t *testing.T) {
	var f folds
	require.Equal(t, "a « b » c", f.unfold("a « b » c"))
	one, two := "1\n2\n3", strings.Repeat("ü", 100)+markBegins+markEnds
	require.Equal(t, "«text 1, 3 lines»", f.fold(one))
	require.Equal(t, "«text 2, 102 characters»", f.fold(two))
	require.Equal(t, "«text 1, 3 lines»", f.fold(one))
	for text, want := range map[string]string{
		"":                                   "",
		"x":                                  "x",
		"«text 1, 3 lines»":                  one,
		"a «text 1, 3 lines» b":              "a " + one + " b",
		"««text 1, 3 lines»»":                "«" + one + "»",
		"«text 1, 2 lines»":                  "«text 1, 2 lines»",
		"«text 1, 3 lines":                   "«text 1, 3 lines",
		"«text 2, 102 characters»«x":         two + "«x",
		"«text 1, 3 lines»«text 1, 3 lines»": one + one,
	} {
		require.Equal(t, want, f.unfold(text), text)
	}
	require.Equal(t, "«text 1, 3 lines: 2»", f.foldFound(one, "2"))
	require.Equal(t, "x"+one, f.unfold("x«text 1, 3 lines: 2»"))
	require.Equal(t, "«text 1, 3 lines»", f.foldFound(one, "\n2"))
	require.Equal(t, "«text 2, 102 characters»", f.foldFound(two, markEnds))
	mark := f.fold(two)
	require.Equal(t, []Span{{2, 2 + len(mark), Note}}, f.find("x "+mark+" y«"))
}

func TestWidth(t *testing.T) {
	for line, want := range map[string]int{"": 0, "abc": 3, "äöü": 3, "漢字": 4, "e\u0301": 1, "\t": 5} {
		require.Equal(t, want, widthOf(line), line)
	}
}

func TestPositions(t *testing.T) {
	text := "aü漢\U0001f600b"
	line := []rune(text)
	for i, at := range []int{0, 1, 3, 6, 10, 11} {
		require.Equal(t, at, byteAt(line, i))
		require.Equal(t, i, runeAt(text, at))
	}
	require.Equal(t, 0, byteAt(line, -1))
	require.Equal(t, len(text), byteAt(line, 99))
	require.Equal(t, len("\ufffd\ufffd"), byteAt([]rune{0xd800, -1}, 2))
}
