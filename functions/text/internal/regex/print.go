package regex

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// printer writes a tree in the syntax of package regexp or, if backtracking,
// of regexp2 without options. It relies on nothing that the two read
// differently: classes are spelled out, groups have no names, and what an
// assertion means is said by look-around where there is no exact counterpart.
type printer struct {
	strings.Builder
	backtracking bool
}

// maxPrinted bounds what the engines get to compile, in bytes: a short pattern
// may name large classes many times. Printing stops a little above.
const maxPrinted = 1 << 20

func printed(n node, backtracking bool) string {
	p := printer{backtracking: backtracking}
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
	case atomic:
		p.enclosed("(?>", n.body)
	case look:
		p.enclosed(lookOpenings[n.behind][n.negative], n.body)
	case backReference:
		p.backReference(n)
	case grapheme:
		p.WriteString(`\X`)
	case assertion:
		p.assertion(n)
	}
}

var lookOpenings = map[bool]map[bool]string{
	false: {false: "(?=", true: "(?!"},
	true:  {false: "(?<=", true: "(?<!"},
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
	switch r.preference {
	case lazy:
		p.WriteByte('?')
	case possessive:
		p.WriteByte('+')
	}
}

func (p *printer) backReference(r backReference) {
	opening := "(?:"
	if r.ignoreCase {
		opening = "(?i:"
	}
	p.WriteString(opening + `\` + strconv.Itoa(r.index) + ")")
}

func (p *printer) set(s set) {
	if len(s) == 0 {
		if p.backtracking {
			p.WriteString("(?!)")
		} else {
			p.WriteString(`[^\x00-\x{10FFFF}]`)
		}
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

// What ends a line. A \n does not if it is the second half of \r\n.
const (
	otherBreak = `[\r\x85\u2028\u2029]`
	newBreak   = `(?<!\r)\n`
	anyBreak   = `(?:\r\n|` + otherBreak + `|` + newBreak + `)`
)

// The words of \b: letters, digits, underscores, and marks without width that
// belong to a letter or digit before them.
const (
	afterWord     = `(?:(?<=[\p{L}\p{Nd}_])|(?<=[\p{L}\p{Nd}]\p{Mn}+))`
	notAfterWord  = `(?<![\p{L}\p{Nd}_])(?<![\p{L}\p{Nd}]\p{Mn}+)`
	beforeWord    = `(?:(?=[\p{L}\p{Nd}_])|(?=\p{Mn})(?<=[\p{L}\p{Nd}]\p{Mn}*))`
	notBeforeWord = `(?![\p{L}\p{Nd}_])(?!\p{Mn}(?<=[\p{L}\p{Nd}]\p{Mn}+))`
)

// unicodeWordClass is the set that unicodeWord gives.
const unicodeWordClass = `[\p{L}\p{M}\p{Nl}\p{Nd}\p{Pc}\u200C\u200DⒶ-ⓩ🄰-🅉🅐-🅩🅰-🆉]`

// linearAssertions are exact for the texts that the linear program suits.
var linearAssertions = map[assertion]string{
	textStart: `\A`, textEnd: `\z`, textEndBreak: `\z`, textEndNewline: `\z`,
	wordBoundary: `\b`, notWordBoundary: `\B`, unicodeBoundary: `\b`, notUnicodeBoundary: `\B`,
}

var backtrackingAssertions = map[assertion]string{
	textStart:             `\A`,
	textEnd:               `\z`,
	textEndBreak:          `(?=` + anyBreak + `?\z)`,
	textEndNewline:        `(?=\n?\z)`,
	lineStart:             `(?:(?!\z)(?:\A|(?<=[\n\x85\u2028\u2029])|(?<=\r)(?!\n)))`,
	lineStartAfterNewline: `(?:(?!\z)(?:\A|(?<=\n)))`,
	lineEnd:               `(?=` + anyBreak + `|\z)`,
	lineEndNewline:        `(?=\n|\z)`,
	wordBoundary:          `(?:` + afterWord + notBeforeWord + `|` + notAfterWord + beforeWord + `)`,
	notWordBoundary:       `(?:` + afterWord + beforeWord + `|` + notAfterWord + notBeforeWord + `)`,
	unicodeBoundary: `(?:(?<=` + unicodeWordClass + `)(?!` + unicodeWordClass + `)|` +
		`(?<!` + unicodeWordClass + `)(?=` + unicodeWordClass + `))`,
	notUnicodeBoundary: `(?:(?<=` + unicodeWordClass + `)(?=` + unicodeWordClass + `)|` +
		`(?<!` + unicodeWordClass + `)(?!` + unicodeWordClass + `))`,
	searchStart: `\G`,
}

func (p *printer) assertion(a assertion) {
	if p.backtracking {
		p.WriteString(backtrackingAssertions[a])
	} else {
		p.WriteString(linearAssertions[a])
	}
}
