package engine

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/diag"
)

// The page counts UTF-16 units, as JavaScript does, and everything else bytes. This is
// the one place where the one becomes the other.

// Range is a part of a text in UTF-16 units.
type Range struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// bytesAt returns the byte at which a UTF-16 unit of a text begins. A place outside of
// the text is moved into it, one in the middle of a character before it.
func bytesAt(text string, unit int) int {
	for at, r := range text {
		if unit <= 0 {
			return at
		}
		unit--
		if r >= 0x10000 {
			if unit == 0 {
				return at
			}
			unit--
		}
	}
	return len(text)
}

// places turns offsets in bytes into places in a text.
type places struct {
	text  string
	isSet bool   // the field below
	wide  []wide // the characters that are not one byte and one unit
}

// wide is a character of several bytes.
type wide struct {
	start, end int // its bytes
	more       int // bytes that the text has more than units up to its end
}

func (p *places) unitAt(offset int) int {
	offset = min(max(offset, 0), len(p.text))
	if !p.isSet {
		p.isSet, p.wide = true, wideIn(p.text)
	}
	// The first character that does not end before the offset.
	i, _ := slices.BinarySearchFunc(p.wide, offset, func(c wide, offset int) int { return cmp.Compare(c.end, offset+1) })
	if i < len(p.wide) {
		offset = min(offset, p.wide[i].start) // not in the middle of a character
	}
	if i > 0 {
		offset -= p.wide[i-1].more
	}
	return offset
}

// wideIn lists the characters of a text that have several bytes.
func wideIn(text string) []wide {
	var all []wide
	more := 0
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if size > 1 {
			more += size - 1
			if r >= 0x10000 {
				more--
			}
			all = append(all, wide{at, at + size, more})
		}
		at += size
	}
	return all
}

func (p *places) of(r diag.Range) Range {
	from := p.unitAt(r.Start)
	return Range{from, max(from, p.unitAt(r.End))}
}
