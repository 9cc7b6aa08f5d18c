package value

import (
	"bytes"
	"slices"
)

// What stands in JSON for numbers that it does not have. Each has the length of
// the word, so that all offsets stay.
var (
	nanWord, nanNumber           = []byte("NaN"), []byte("0e0")
	infinityWord, infinityNumber = []byte("Infinity"), []byte("1e999999")
)

var utf8Mark = []byte("\ufeff")

// strictJSON returns the text without a byte order mark, and with numbers in the
// place of NaN and Infinity. The numbers at the offsets nans stand for NaN. What
// has one of the words in another place than a number's stays an error.
func strictJSON(text []byte) (strict []byte, nans []int) {
	text = bytes.TrimPrefix(text, utf8Mark)
	if !bytes.Contains(text, nanWord) && !bytes.Contains(text, infinityWord) {
		return text, nil
	}
	strict = slices.Clone(text)
	for i := 0; i < len(strict); i++ {
		switch strict[i] {
		case '"':
			i = endOfString(strict, i)
		case 'N':
			if isWord(strict, i, nanWord) && (i == 0 || strict[i-1] != '-') {
				copy(strict[i:], nanNumber)
				nans = append(nans, i)
			}
		case 'I':
			if isWord(strict, i, infinityWord) {
				copy(strict[i:], infinityNumber)
			}
		}
	}
	return strict, nans
}

// isWord reports whether the word stands at i, and neither before nor after it what
// a number could have there.
func isWord(text []byte, i int, word []byte) bool {
	end := i + len(word)
	return bytes.HasPrefix(text[i:], word) &&
		(i == 0 || text[i-1] == '-' || !isPartOfNumber(text[i-1])) &&
		(end == len(text) || !isPartOfNumber(text[end]))
}
