package yamltext

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/rules"
)

// placeScalar finds where the content of a scalar stands in the source, from n.Start
// on.
func (c *converter) placeScalar(n *Node) {
	a := &alignment{source: c.Source.Text, from: n.Start, text: n.Text}
	a.properties()
	n.Start = a.from
	ok := false
	switch {
	case a.from >= len(a.source):
		ok = n.Text == ""
	case a.source[a.from] == '"':
		n.plain = false
		ok = a.doubleQuoted()
	case a.source[a.from] == '\'':
		n.plain = false
		a.from++
		a.mark()
		if ok = a.run(true); ok {
			a.from++
		}
	case (a.source[a.from] == '|' || a.source[a.from] == '>') && !n.plain:
		a.from += lineLength(a.source[a.from:])
		a.from += breakLength(a.source[a.from:])
		a.mark()
		ok = a.run(false)
	default:
		a.mark()
		ok = a.run(false)
	}
	n.Pieces, n.End = a.pieces, min(a.from, len(a.source))
	if !ok { // the whole has the place of its beginning
		n.Pieces = []rules.Piece{{Text: 0, Source: n.Start}, {Text: 1, Source: n.Start}}
		n.End = min(n.Start+1, len(a.source))
	}
}

// alignment goes through a source and the content that the library has made of it, side
// by side.
type alignment struct {
	source string
	from   int // what comes next in the source
	text   string
	at     int // what comes next in the text
	pieces []rules.Piece
}

// mark begins a piece.
func (a *alignment) mark() {
	a.pieces = append(a.pieces, rules.Piece{Text: a.at, Source: a.from})
}

// properties skips anchors and tags before a value.
func (a *alignment) properties() {
	for a.from < len(a.source) && (a.source[a.from] == '&' || a.source[a.from] == '!') {
		a.from += len(a.source[a.from:]) - len(strings.TrimLeftFunc(a.source[a.from:], func(r rune) bool { return !strings.ContainsRune(" \t\r\n", r) }))
		for {
			a.blanks()
			if a.from >= len(a.source) || a.source[a.from] != '#' {
				break
			}
			a.from += lineLength(a.source[a.from:])
		}
	}
}

// blanks skips blanks and line breaks of the source.
func (a *alignment) blanks() {
	for a.from < len(a.source) && blankLength(a.source[a.from:]) > 0 {
		a.from += blankLength(a.source[a.from:])
	}
}

// textBlanks skips those of the text.
func (a *alignment) textBlanks() {
	for a.at < len(a.text) && blankLength(a.text[a.at:]) > 0 {
		a.at += blankLength(a.text[a.at:])
	}
}

// blankLength returns the length of the blank or line break that a text begins with, 0
// if it begins with none.
func blankLength(s string) int {
	if s[0] == ' ' || s[0] == '\t' {
		return 1
	}
	return breakLength(s)
}

// run aligns a text without escapes, of which only the blanks may differ; and, in
// single quotes, the quotes that are doubled. ok is false if that fails.
func (a *alignment) run(singleQuoted bool) (ok bool) {
	for a.at < len(a.text) {
		if a.from >= len(a.source) {
			return strings.TrimSpace(a.text[a.at:]) == ""
		}
		switch b := a.text[a.at]; {
		case blankLength(a.text[a.at:]) > 0:
			text, source := a.at, a.from
			a.textBlanks()
			a.blanks()
			if a.text[text:a.at] != a.source[source:a.from] {
				a.mark()
			}
			continue
		case b == '\'' && singleQuoted:
			if !strings.HasPrefix(a.source[a.from:], "''") {
				return false
			}
			a.at, a.from = a.at+1, a.from+2
			a.mark()
			continue
		case b != a.source[a.from]:
			before := a.from
			a.blanks() // of a line before the first one that is not blank
			if a.from == before {
				return false
			}
			a.mark()
			continue
		}
		a.at++
		a.from++
	}
	if singleQuoted {
		a.blanks()
		return strings.HasPrefix(a.source[a.from:], "'")
	}
	return true
}

// doubleQuoted aligns a text in double quotes.
func (a *alignment) doubleQuoted() (ok bool) {
	a.from++
	a.mark()
	for a.from < len(a.source) {
		switch b := a.source[a.from]; {
		case b == '"':
			a.from++
			return a.at == len(a.text)
		case b == '\\':
			if !a.escape() {
				return false
			}
			a.mark()
		case blankLength(a.source[a.from:]) > 0:
			a.fold()
		default:
			a.at++
			a.from++
		}
	}
	return false
}

// fold aligns blanks in double quotes. With line breaks they are one blank, or all
// breaks but the first.
func (a *alignment) fold() {
	begin, breaks, kept := a.from, 0, 0
	for a.from < len(a.source) && blankLength(a.source[a.from:]) > 0 {
		if length := breakLength(a.source[a.from:]); length > 0 {
			if breaks++; breaks > 1 {
				kept += normalized(a.source[a.from : a.from+length])
			}
		}
		a.from += blankLength(a.source[a.from:])
	}
	switch breaks {
	case 0:
		a.at += a.from - begin
		return
	case 1:
		a.at++
	default:
		a.at += kept
	}
	a.mark()
}

// normalized returns the length that a line break has in a content.
func normalized(lineBreak string) int {
	if len(lineBreak) == len("\u2028") {
		return len(lineBreak)
	}
	return len("\n")
}

// escape aligns an escape.
func (a *alignment) escape() (ok bool) {
	rest := a.source[a.from:]
	if len(rest) < 2 {
		return false
	}
	digits := 0
	switch rest[1] {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	case 'N', '_':
		a.at += 2
	case 'L', 'P':
		a.at += 3
	default:
		if length := breakLength(rest[1:]); length > 0 { // the line goes on
			a.from += 1 + length
			for a.from < len(a.source) && strings.IndexByte(" \t", a.source[a.from]) >= 0 {
				a.from++
			}
			return true
		}
		a.at++
	}
	if digits > 0 {
		if len(rest) < 2+digits {
			return false
		}
		code, err := strconv.ParseUint(rest[2:2+digits], 16, 32)
		if err != nil {
			return false
		}
		a.at += max(utf8.RuneLen(rune(code)), 1)
	}
	a.from += 2 + digits
	return true
}

func lineLength(s string) int {
	for i := range len(s) {
		if breakLength(s[i:]) > 0 {
			return i
		}
	}
	return len(s)
}
