package sigma

import "strings"

// pattern is a text of a rule, in parts.
type pattern []part

// part is a literal text or a wildcard.
type part struct {
	kind partKind
	text string // of a literal
}

type partKind uint8

const (
	literal partKind = iota
	anyRun           // *
	anyOne           // ?
)

// parsePattern reads a text of a rule. A backslash takes the meaning of a wildcard or
// another backslash after it; before anything else, and at the end, it is itself.
func parsePattern(text string) pattern {
	var p pattern
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			p = append(p, part{literal, b.String()})
			b.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && strings.IndexByte(`\*?`, text[i+1]) >= 0:
			i++
			b.WriteByte(text[i])
		case c == '*':
			flush()
			p = p.withRun(false)
		case c == '?':
			flush()
			p = append(p, part{kind: anyOne})
		default:
			b.WriteByte(c)
		}
	}
	flush()
	return p
}

// withRun returns the pattern with any characters at its end, or at its beginning.
func (p pattern) withRun(before bool) pattern {
	run := part{kind: anyRun}
	switch {
	case before && (len(p) == 0 || p[0].kind != anyRun):
		return append(pattern{run}, p...)
	case !before && (len(p) == 0 || p[len(p)-1].kind != anyRun):
		return append(p[:len(p):len(p)], run)
	}
	return p
}

// plain returns the text of a pattern without wildcards.
func (p pattern) plain() (text string, ok bool) {
	switch {
	case len(p) == 0:
		return "", true
	case len(p) == 1 && p[0].kind == literal:
		return p[0].text, true
	}
	return "", false
}

// text returns the pattern as LIKE_ANY reads it.
func (p pattern) text() string {
	var b strings.Builder
	for i, part := range p {
		switch part.kind {
		case anyRun:
			b.WriteByte('*')
		case anyOne:
			b.WriteByte('?')
		default:
			for at := range len(part.text) {
				c := part.text[at]
				switch {
				case c == '*' || c == '?':
					b.WriteByte('\\')
				case c == '\\' && (at+1 < len(part.text) && strings.IndexByte(`\*?`, part.text[at+1]) >= 0 || at+1 == len(part.text) && i+1 < len(p)):
					b.WriteByte('\\')
				}
				b.WriteByte(c)
			}
		}
	}
	return b.String()
}

// match returns the function of package match that stands for the pattern, and the text
// to give to it. The function of a pattern of any text is "".
func (p pattern) match() (function, text string) {
	switch {
	case len(p) == 1 && p[0].kind == anyRun:
		return "", ""
	case len(p) == 2 && p[0].kind == anyRun && p[1].kind == literal:
		return "ENDS_WITH_ANY", p[1].text
	case len(p) == 2 && p[0].kind == literal && p[1].kind == anyRun:
		return "STARTS_WITH_ANY", p[0].text
	case len(p) == 3 && p[0].kind == anyRun && p[1].kind == literal && p[2].kind == anyRun:
		return "CONTAINS_ANY", p[1].text
	}
	if text, ok := p.plain(); ok {
		return "EQUALS_ANY", text
	}
	return "LIKE_ANY", p.text()
}
