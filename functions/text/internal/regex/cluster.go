package regex

import "unicode"

// cluster matches a user-perceived character: a character with the marks that belong
// to it, \r\n, a syllable of Hangul, two letters that make a flag, or pictures that
// are joined.
func (m *machine) cluster(pos int) (end int, ok bool) {
	if pos == len(m.text) {
		return 0, false
	}
	last, width := m.at(pos)
	pos += width
	m.work += unitsPerCluster
	for n := 1; pos < len(m.text) && m.worked(unitsPerCluster); n++ {
		r, width := m.at(pos)
		if !joins(last, r, n) {
			break
		}
		pos += width
		last = r
	}
	return pos, true
}

// unitsPerCluster is the work on a character of a cluster, which is looked for in
// several sets.
const unitsPerCluster = 40

const zeroWidthJoiner = '\u200D'

// joins reports whether r belongs to the same cluster as last, the character number n
// in it.
func joins(last, r rune, n int) bool {
	switch {
	case last == '\r':
		return r == '\n'
	case isControl(last) || isControl(r):
		return false
	case extends(r):
		return true
	case last == zeroWidthJoiner:
		return unicode.Is(unicode.So, r)
	case isFlagLetter(last):
		return n == 1 && isFlagLetter(r)
	}
	return joinsSyllable(last, r)
}

func isControl(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) ||
		unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Join_Control, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}

// extends reports whether r belongs to what stands before it: marks, joiners, and the
// skin tones of pictures.
func extends(r rune) bool {
	return unicode.In(r, unicode.M, unicode.Join_Control) || 0x1F3FB <= r && r <= 0x1F3FF
}

func isFlagLetter(r rune) bool { return unicode.Is(unicode.Regional_Indicator, r) }

// The letters of Hangul, and the syllables made of them: those without final letter
// come every 28 characters.
const (
	firstInitial, lastInitial   = 0x1100, 0x115F
	firstVowel, lastVowel       = 0x1160, 0x11A7
	firstFinal, lastFinal       = 0x11A8, 0x11FF
	firstSyllable, lastSyllable = 0xAC00, 0xD7A3
	finals                      = 28
)

func joinsSyllable(last, r rune) bool {
	isVowel, isFinal := firstVowel <= r && r <= lastVowel, firstFinal <= r && r <= lastFinal
	isSyllable := firstSyllable <= last && last <= lastSyllable
	switch {
	case firstInitial <= last && last <= lastInitial:
		return isVowel || firstInitial <= r && r <= lastInitial || firstSyllable <= r && r <= lastSyllable
	case firstVowel <= last && last <= lastVowel, isSyllable && (last-firstSyllable)%finals == 0:
		return isVowel || isFinal
	case firstFinal <= last && last <= lastFinal, isSyllable:
		return isFinal
	}
	return false
}
