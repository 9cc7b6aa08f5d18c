package regex

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// printer writes a tree in the syntax of package regexp. It relies on nothing that
// the two read differently: classes are spelled out, and groups have no names.
type printer struct{ strings.Builder }

// maxPrinted bounds what package regexp gets to compile, in bytes: a short pattern
// may name large classes many times. Printing stops a little above.
const maxPrinted = 1 << 20

// printed writes n, which must not need backtracking.
func printed(n node) string {
	var p printer
	p.node(n)
	return p.String()
}

func (p *printer) node(n node) {
	if p.Len() > maxPrinted {
		return
	}
	switch n := n.(type) {
	case set:
		p.set(n)
	case sequence:
		for _, item := range n {
			p.node(item)
		}
	case choice:
		p.WriteString("(?:")
		for i, alternative := range n {
			if i > 0 {
				p.WriteByte('|')
			}
			p.node(alternative)
		}
		p.WriteByte(')')
	case repeat:
		p.repeat(n)
	case group:
		p.enclosed("(", n.body)
	case assertion:
		p.WriteString(linearAssertions[n])
	}
}

func (p *printer) enclosed(opening string, body node) {
	p.WriteString(opening)
	p.node(body)
	p.WriteByte(')')
}

func (p *printer) repeat(r repeat) {
	p.enclosed("(?:", r.body)
	switch {
	case r.most == 1 && r.least == 0:
		p.WriteByte('?')
	case r.most == unlimited && r.least == 0:
		p.WriteByte('*')
	case r.most == unlimited && r.least == 1:
		p.WriteByte('+')
	case r.most == unlimited:
		fmt.Fprintf(p, "{%d,}", r.least)
	default:
		fmt.Fprintf(p, "{%d,%d}", r.least, r.most)
	}
	if r.preference == lazy {
		p.WriteByte('?')
	}
}

func (p *printer) set(s set) {
	if len(s) == 0 {
		p.WriteString(`[^\x00-\x{10FFFF}]`)
		return
	}
	if r, ok := s.one(); ok {
		p.WriteString(escaped(r))
		return
	}
	inverse := s.negate()
	switch {
	case len(inverse) == 0:
		p.WriteString("(?s:.)")
	case len(inverse) < len(s):
		p.class("[^", inverse)
	default:
		p.class("[", s)
	}
}

func (p *printer) class(opening string, s set) {
	p.WriteString(opening)
	for _, sp := range s {
		p.WriteString(escaped(sp.first))
		if sp.last > sp.first {
			p.WriteString("-" + escaped(sp.last))
		}
	}
	p.WriteByte(']')
}

// escaped writes a character so that it stands for itself, also in a class.
func escaped(r rune) string {
	if r < utf8.RuneSelf && !ascii.IsLetter(r) && !ascii.IsDigit(r) {
		return fmt.Sprintf(`\x%02X`, r)
	}
	return string(r)
}

// linearAssertions are exact for the texts that the linear program suits.
var linearAssertions = map[assertion]string{
	textStart: `\A`, textEnd: `\z`, textEndBreak: `\z`, textEndNewline: `\z`,
	wordBoundary: `\b`, notWordBoundary: `\B`, unicodeBoundary: `\b`, notUnicodeBoundary: `\B`,
}
