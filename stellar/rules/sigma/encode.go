package sigma

import (
	"encoding/base64"
	"slices"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// dashes are the characters that windash takes for each other.
var dashes = []rune{'-', '/', '–', '—', '―'}

// maxDashes is how many dashes of a text are replaced; each makes five texts of one.
const maxDashes = 4

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// windash returns the pattern with each dash that begins a word replaced by each of the
// dashes. ok is false if there are too many.
func windash(p pattern) (all []pattern, ok bool) {
	type place struct{ part, from, end int }
	var places []place
	for i, part := range p {
		before := ' '
		for at, r := range part.text {
			end := at + utf8.RuneLen(r)
			if slices.Contains(dashes, r) && !isWord(before) {
				if next, _ := utf8.DecodeRuneInString(part.text[end:]); end < len(part.text) && isWord(next) {
					places = append(places, place{i, at, end})
				}
			}
			before = r
		}
	}
	if len(places) > maxDashes {
		return nil, false
	}
	all = []pattern{p}
	for _, at := range slices.Backward(places) { // so that the places before stay
		var more []pattern
		for _, before := range all {
			for _, dash := range dashes {
				changed := slices.Clone(before)
				text := changed[at.part].text
				changed[at.part].text = text[:at.from] + string(dash) + text[at.end:]
				more = append(more, changed)
			}
		}
		all = more
	}
	return all, true
}

// toUTF16 returns a text in UTF-16, by the name of the modifier.
func toUTF16(text, encoding string) string {
	var out []byte
	if encoding == "utf16" {
		out = append(out, 0xFF, 0xFE)
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		if encoding == "utf16be" {
			out = append(out, byte(unit>>8), byte(unit))
		} else {
			out = append(out, byte(unit), byte(unit>>8))
		}
	}
	return string(out)
}

// base64Offsets returns what of the base64 of a text is the same wherever in three bytes
// it begins, whatever stands around it.
func base64Offsets(text string) []string {
	starts, ends := [...]int{0, 2, 3}, [...]int{0, 3, 2} // the latter by what is left of three bytes
	var all []string
	for offset, start := range starts {
		encoded := base64.StdEncoding.EncodeToString([]byte("   "[:offset] + text))
		end := len(encoded) - ends[(len(text)+offset)%3]
		if start < end {
			all = append(all, encoded[start:end])
		}
	}
	return all
}
