package engine

import (
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

// places turns offsets in bytes into places in a text, faster if they come in order.
type places struct {
	text       string
	byte, unit int // that are known
}

func (p *places) unitAt(offset int) int {
	offset = min(max(offset, 0), len(p.text))
	if offset < p.byte {
		p.byte, p.unit = 0, 0
	}
	for p.byte < offset {
		r, size := utf8.DecodeRuneInString(p.text[p.byte:])
		if p.byte+size > offset {
			break // in the middle of a character
		}
		p.byte += size
		p.unit++
		if r >= 0x10000 {
			p.unit++
		}
	}
	return p.unit
}

func (p *places) of(r diag.Range) Range {
	from := p.unitAt(r.Start)
	return Range{from, max(from, p.unitAt(r.End))}
}
