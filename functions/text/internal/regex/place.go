package regex

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// What the machine asks about a place in the text.

// holds reports whether an assertion holds at a position.
func (m *machine) holds(a assertion, pos int) bool {
	if a >= wordBoundary && a <= notUnicodeBoundary {
		m.work += 2 * unitsPerProperty
	}
	switch a {
	case textStart:
		return pos == 0
	case textEnd:
		return pos == len(m.text)
	case textEndBreak:
		return pos == len(m.text) || m.breakAt(pos) == len(m.text)-pos
	case textEndNewline:
		return pos == len(m.text) || pos == len(m.text)-1 && m.text[pos] == '\n'
	case lineStart:
		return pos < len(m.text) && (pos == 0 || m.afterBreak(pos))
	case lineStartAfterNewline:
		return pos < len(m.text) && (pos == 0 || m.text[pos-1] == '\n')
	case lineEnd:
		return pos == len(m.text) || m.breakAt(pos) > 0
	case lineEndNewline:
		return pos == len(m.text) || m.text[pos] == '\n'
	case wordBoundary:
		return m.wordBefore(pos) != m.wordAfter(pos)
	case notWordBoundary:
		return m.wordBefore(pos) == m.wordAfter(pos)
	case unicodeBoundary:
		return m.unicodeWordBefore(pos) != m.unicodeWordAfter(pos)
	case notUnicodeBoundary:
		return m.unicodeWordBefore(pos) == m.unicodeWordAfter(pos)
	}
	return pos == m.searchStart
}

// breakAt returns the width of the line break at a position, 0 if there is none.
// A \n that is the second half of \r\n is none.
func (m *machine) breakAt(pos int) int {
	if pos == len(m.text) {
		return 0
	}
	switch r, width := m.at(pos); r {
	case '\r':
		if pos+1 < len(m.text) && m.text[pos+1] == '\n' {
			return 2
		}
		return 1
	case '\n':
		if pos > 0 && m.text[pos-1] == '\r' {
			return 0
		}
		return 1
	case '\u0085', '\u2028', '\u2029':
		return width
	}
	return 0
}

// afterBreak reports whether a line break ends at a position, which is not the end
// of the text.
func (m *machine) afterBreak(pos int) bool {
	r, _ := m.before(pos)
	return r == '\r' && m.text[pos] != '\n' || r == '\n' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

// The words of \b: letters, digits, underscores, and marks without width that
// belong to a letter or digit before them.

func (m *machine) wordBefore(pos int) bool {
	r, width := m.before(pos)
	return width > 0 && (isWord(r) || unicode.Is(unicode.Mn, r) && m.marksLetter(pos))
}

func (m *machine) wordAfter(pos int) bool {
	if pos == len(m.text) {
		return false
	}
	r, width := m.at(pos)
	return isWord(r) || unicode.Is(unicode.Mn, r) && m.marksLetter(pos+width)
}

func isWord(r rune) bool { return r == '_' || isLetterOrDigit(r) }

func isLetterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Nd, r) }

// marksLetter reports whether the marks before a position follow a letter or digit.
func (m *machine) marksLetter(pos int) bool {
	for m.worked(unitsPerProperty) {
		r, width := m.before(pos)
		switch {
		case width == 0:
			return false
		case isLetterOrDigit(r):
			return true
		case !unicode.Is(unicode.Mn, r):
			return false
		}
		pos -= width
	}
	return false
}

func (m *machine) unicodeWordBefore(pos int) bool {
	r, width := m.before(pos)
	return width > 0 && unicodeWords().has(r)
}

func (m *machine) unicodeWordAfter(pos int) bool {
	if pos == len(m.text) {
		return false
	}
	r, _ := m.at(pos)
	return unicodeWords().has(r)
}

var unicodeWords = sync.OnceValue(func() *characters { return newCharacters(unicodeWord()) })

// fold is what case a reference back to a group ignores.
type fold uint8

const (
	foldNone fold = iota
	foldASCII
	foldAll
)

// sameAsGroup matches what a group holds; nothing if it has not matched, or if there
// is no such group.
func (m *machine) sameAsGroup(i *instruction, pos int) (end int, ok bool) {
	if i.index > m.groups || m.offsets[2*i.index] < 0 {
		return 0, false
	}
	held := m.text[m.offsets[2*i.index]:m.offsets[2*i.index+1]]
	for held != "" && m.worked(1) {
		if pos == len(m.text) {
			return 0, false
		}
		wanted, wantedWidth := utf8.DecodeRuneInString(held)
		r, width := m.at(pos)
		if !i.fold.equal(wanted, r) {
			return 0, false
		}
		held = held[wantedWidth:]
		pos += width
	}
	return pos, true
}

func (f fold) equal(a, b rune) bool {
	switch {
	case a == b:
		return true
	case f == foldASCII:
		return a < utf8.RuneSelf && b < utf8.RuneSelf && unicode.ToLower(a) == unicode.ToLower(b)
	case f == foldAll:
		return unicode.ToUpper(a) == unicode.ToUpper(b) || unicode.ToLower(a) == unicode.ToLower(b)
	}
	return false
}
