package match

import (
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/fn"
)

// pattern is a text with wildcards: segments with any characters between them.
type pattern []segment

// segment is a part of a pattern without *. Of each ? there is one more text than before.
type segment []string

// parsePattern reads the form of LIKE_ANY.
func parsePattern(text string) pattern {
	var p pattern
	var s segment
	var literal strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && strings.IndexByte(`\*?`, text[i+1]) >= 0:
			i++
			literal.WriteByte(text[i])
		case c == '*':
			p = append(p, append(s, literal.String()))
			s = nil
			literal.Reset()
		case c == '?':
			s = append(s, literal.String())
			literal.Reset()
		default:
			literal.WriteByte(c)
		}
	}
	return append(p, append(s, literal.String()))
}

// prefix returns the length of the part of a text that the segment is, -1 if the text
// does not begin so.
func (s segment) prefix(text string) int {
	at := 0
	for i, literal := range s {
		if i > 0 {
			if at == len(text) {
				return -1
			}
			_, width := utf8.DecodeRuneInString(text[at:])
			at += width
		}
		if !strings.HasPrefix(text[at:], literal) {
			return -1
		}
		at += len(literal)
	}
	return at
}

// suffix returns where the end of a text that the segment is begins, -1 if the text
// does not end so.
func (s segment) suffix(text string) int {
	end := len(text)
	for i := len(s) - 1; i >= 0; i-- {
		if !strings.HasSuffix(text[:end], s[i]) {
			return -1
		}
		end -= len(s[i])
		if i > 0 {
			if end == 0 {
				return -1
			}
			_, width := utf8.DecodeLastRuneInString(text[:end])
			end -= width
		}
	}
	return end
}

// size is how many bytes of a text are compared at a place, about.
func (s segment) size() int {
	size := len(s)
	for _, literal := range s {
		size += len(literal)
	}
	return size
}

// find returns where the first part of a text that the segment is ends, -1 if there is none.
func (s segment) find(text string, budget fn.Budget) (end int, err error) {
	if err := budget.Spend(1 + int64(len(text))/bytesPerStep); err != nil {
		return -1, err
	}
	if len(s) == 1 {
		if at := strings.Index(text, s[0]); at >= 0 {
			return at + len(s[0]), nil
		}
		return -1, nil
	}
	perPlace := 1 + int64(s.size())/bytesPerStep
	for at := 0; at <= len(text); {
		next := strings.Index(text[at:], s[0])
		if next < 0 {
			return -1, nil
		}
		at += next
		if err := budget.Spend(perPlace); err != nil {
			return -1, err
		}
		if length := s.prefix(text[at:]); length >= 0 {
			return at + length, nil
		}
		_, width := utf8.DecodeRuneInString(text[at:])
		at += max(width, 1)
	}
	return -1, nil
}

// matches reports whether the whole of a text is like the pattern.
func (p pattern) matches(text string, budget fn.Budget) (bool, error) {
	first, last := p[0], p[len(p)-1]
	at := first.prefix(text)
	if at < 0 {
		return false, nil
	}
	if len(p) == 1 {
		return at == len(text), nil
	}
	text = text[at:]
	end := last.suffix(text)
	if end < 0 {
		return false, nil
	}
	text = text[:end]
	for _, s := range p[1 : len(p)-1] {
		end, err := s.find(text, budget)
		if end < 0 || err != nil {
			return false, err
		}
		text = text[end:]
	}
	return true, nil
}

// patterns is a test for a text that is like one of some patterns.
type patterns []pattern

func patternsOf(wanted []string) (test, error) {
	p := make(patterns, len(wanted))
	for i, w := range wanted {
		p[i] = parsePattern(w)
	}
	return p, nil
}

func (p patterns) holds(text string, budget fn.Budget) (bool, error) {
	for _, one := range p {
		if err := budget.Spend(1); err != nil {
			return false, err
		}
		if found, err := one.matches(text, budget); found || err != nil {
			return found, err
		}
	}
	return false, nil
}
