package regex

import (
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// escape reads what follows a backslash outside a class.
func (p *parser) escape() node {
	c := p.at(0)
	switch c {
	case 'A':
		p.pos++
		return textStart
	case 'z':
		p.pos++
		return textEnd
	case 'Z':
		p.pos++
		return p.lineAssertion(textEndBreak, textEndNewline, textEndBreak, textEndNewline)
	case 'G':
		p.pos++
		return searchStart
	case 'b', 'B':
		p.pos++
		return p.boundary(c == 'B')
	case 'R':
		p.pos++
		return choice{sequence{members("\r"), members("\n")}, verticalSpace}
	case 'X':
		p.pos++
		return grapheme{}
	case 'k':
		p.pos++
		return p.namedReference()
	}
	if c >= '1' && c <= '9' {
		return p.numberedReference()
	}
	if s, ok := p.escapedSet(); ok {
		return s
	}
	return p.single(p.escapedCharacter())
}

// boundary makes \b or, if not, \B.
func (p *parser) boundary(not bool) assertion {
	switch unicode := p.flags&unicodeClasses != 0; {
	case not && unicode:
		return notUnicodeBoundary
	case not:
		return notWordBoundary
	case unicode:
		return unicodeBoundary
	}
	return wordBoundary
}

// numberedReference reads the number of a group: more digits belong to it only
// while there are that many groups.
func (p *parser) numberedReference() node {
	index := int(p.take() - '0')
	for ascii.IsDigit(p.peek()) {
		longer := index*10 + int(p.at(0)-'0')
		if longer > p.groups {
			break
		}
		index = longer
		p.pos++
	}
	return p.reference(index)
}

func (p *parser) namedReference() node {
	if p.at(0) != '<' {
		p.pos++
		p.fail("\\k without <name>")
		return nil
	}
	p.pos++
	name := p.groupName()
	index, known := p.names[name]
	if !known {
		p.fail("no group named %s before its reference", name)
	}
	return p.reference(index)
}

func (p *parser) reference(index int) node {
	p.highestReference = max(p.highestReference, index)
	n := backReference{index: index}
	switch {
	case p.flags&ignoreCase == 0:
	case p.flags&unicodeCase == 0:
		n.fold = foldASCII
	default:
		n.fold = foldAll
	}
	return n
}

// escapedSet reads an escape that stands for many characters, as \d or \p{L};
// not ok, and nothing is read, if there is none.
func (p *parser) escapedSet() (s set, ok bool) {
	c := p.at(0)
	if !strings.ContainsRune("dDwWsShHvVpP", c) {
		return nil, false
	}
	p.pos++
	switch c {
	case 'd', 'D':
		s = p.perClass(asciiDigits, "DIGIT")
	case 'w', 'W':
		s = p.perClass(asciiWord, "WORD")
	case 's', 'S':
		s = p.perClass(asciiSpace, "WHITE_SPACE")
	case 'h', 'H':
		s = horizontalSpace
	case 'v', 'V':
		s = verticalSpace
	case 'p', 'P':
		s = p.property()
	}
	if c >= 'A' && c <= 'Z' {
		s = s.negate()
	}
	return s, true
}

func (p *parser) perClass(ascii set, property string) set {
	if p.flags&unicodeClasses == 0 {
		return ascii
	}
	s, _ := binaryProperty(property)
	return s
}

// property reads the name after \p: one letter, or more in braces.
func (p *parser) property() set {
	var name []rune
	if p.peek() == '{' {
		p.pos++
		for p.pos < len(p.text) && p.at(0) != '}' {
			name = append(name, p.take())
		}
		if !p.accept('}') {
			p.fail("missing } after \\p{")
			return nil
		}
	} else if p.pos < len(p.text) {
		name = append(name, p.take())
	}
	s, ok := namedSet(string(name), p.flags)
	if !ok {
		p.fail("unknown property \\p{%s}", string(name))
	}
	return s
}

// escapedCharacter reads an escape that stands for one character.
func (p *parser) escapedCharacter() rune {
	switch c := p.take(); c {
	case endOfPattern:
		p.fail("\\ at the end")
	case '0':
		return p.octal()
	case 'a':
		return '\a'
	case 'c':
		if c := p.take(); c != endOfPattern {
			return c ^ 64
		}
		p.fail("\\c without a character")
	case 'e':
		return 0x1B
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'u':
		return p.utf16Escape()
	case 'x':
		return p.hexadecimalEscape()
	default:
		if !ascii.IsLetter(c) && !ascii.IsDigit(c) {
			return c
		}
		p.fail("unknown escape \\%c", c)
	}
	return 0
}

// octal reads up to three digits whose value is at most 0377.
func (p *parser) octal() rune {
	if !isOctal(p.at(0)) {
		p.pos++
		p.fail("\\0 without an octal digit")
		return 0
	}
	n := p.take() - '0'
	for limit := 2; limit > 0 && isOctal(p.at(0)) && n*8 <= 0370; limit-- {
		n = n*8 + p.take() - '0'
	}
	return n
}

func isOctal(r rune) bool { return r >= '0' && r <= '7' }

// utf16Escape reads what follows \u: four digits, and another such escape when
// these are the first half of a surrogate pair.
func (p *parser) utf16Escape() rune {
	high := p.fourDigits()
	if high < firstSurrogate || high > 0xDBFF || p.at(0) != '\\' || p.at(1) != 'u' {
		return high
	}
	start := p.pos
	p.pos += 2
	if low := p.fourDigits(); low >= 0xDC00 && low <= lastSurrogate {
		return (high-firstSurrogate)<<10 + (low - 0xDC00) + 0x10000
	}
	if p.err == nil {
		p.pos = start
	}
	return high
}

func (p *parser) fourDigits() rune {
	n := rune(0)
	for range 4 {
		digit, ok := hexadecimalDigit(p.take())
		if !ok {
			p.fail("\\u without four hexadecimal digits")
			return 0
		}
		n = n<<4 | digit
	}
	return n
}

// hexadecimalEscape reads what follows \x: two digits, or some in braces.
func (p *parser) hexadecimalEscape() rune {
	if p.at(0) == '{' {
		p.pos++
		n, digits := rune(0), 0
		for {
			digit, ok := hexadecimalDigit(p.at(0))
			if !ok {
				break
			}
			p.pos++
			digits++
			if n = n<<4 | digit; n > utf8.MaxRune {
				p.fail("\\x{...} above 10FFFF")
				return 0
			}
		}
		if digits == 0 || p.take() != '}' {
			p.fail("\\x{ without hexadecimal digits and }")
		}
		return n
	}
	first, ok1 := hexadecimalDigit(p.take())
	second, ok2 := hexadecimalDigit(p.take())
	if !ok1 || !ok2 {
		p.fail("\\x without two hexadecimal digits")
	}
	return first<<4 | second
}

func hexadecimalDigit(r rune) (rune, bool) {
	switch {
	case ascii.IsDigit(r):
		return r - '0', true
	case r >= 'a' && r <= 'f':
		return r - 'a' + 10, true
	case r >= 'A' && r <= 'F':
		return r - 'A' + 10, true
	}
	return 0, false
}
