package regex

import (
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// SyntaxError says what is wrong with a pattern.
type SyntaxError struct {
	Pattern string
	Offset  int // where, in characters from 0
	Msg     string
}

// Error names the mistake, the place and the beginning of the pattern.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at character %d of pattern %.60q", e.Msg, e.Offset+1, e.Pattern)
}

// flags are the modes that stand in (?idmsuxU).
type flags uint8

const (
	ignoreCase     flags = 1 << iota // i
	unixLines                        // d: only \n breaks lines
	multiline                        // m
	dotAll                           // s
	unicodeCase                      // u: i goes for all letters
	comments                         // x
	unicodeClasses                   // U: \w and the like go for all scripts
)

var flagLetters = map[rune]flags{
	'i': ignoreCase, 'd': unixLines, 'm': multiline, 's': dotAll, 'u': unicodeCase, 'x': comments,
	'U': unicodeClasses | unicodeCase,
}

// maxDepth bounds the nesting of groups and classes.
const maxDepth = 200

// character is a character of a pattern; a quoted one, from within \Q and \E,
// stands for itself.
type character struct {
	r      rune
	quoted bool
	offset int
}

// What peek returns where there is no character that could be syntax.
const (
	endOfPattern    rune = -1
	quotedCharacter rune = -2
)

// parser reads a pattern. After the first mistake it is at the end of the
// pattern, so that everything unwinds; what the methods give then is void.
type parser struct {
	pattern string
	text    []character
	pos     int
	flags   flags
	groups  int            // opened so far
	names   map[string]int // group numbers by name
	depth   int
	freely  bool // names of groups as in CompileFreely
	err     *SyntaxError

	highestReference int // to a group by its number
}

func newParser(pattern string) *parser {
	p := &parser{pattern: pattern, names: map[string]int{}}
	p.text = resolveQuotes([]rune(pattern))
	return p
}

// parse reads the whole pattern.
func (p *parser) parse() (node, error) {
	n := p.choice()
	if p.err == nil && p.pos < len(p.text) {
		p.pos++
		p.fail("unmatched )")
	}
	if p.err != nil {
		return nil, p.err
	}
	return n, nil
}

// resolveQuotes takes \Q and \E out and marks what they enclose. A missing \E
// is at the end.
func resolveQuotes(pattern []rune) []character {
	text := make([]character, 0, len(pattern))
	quoted := false
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '\\' && i+1 < len(pattern) {
			switch next := pattern[i+1]; {
			case !quoted && next == 'Q', quoted && next == 'E':
				quoted = !quoted
				i++
				continue
			case !quoted:
				text = append(text, character{r: '\\', offset: i}, character{r: next, offset: i + 1})
				i++
				continue
			}
		}
		text = append(text, character{r: pattern[i], quoted: quoted, offset: i})
	}
	return text
}

// fail records the first mistake, at the character before the present place.
func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		offset := utf8.RuneCountInString(p.pattern)
		if at := max(0, p.pos-1); at < len(p.text) {
			offset = p.text[at].offset
		}
		p.err = &SyntaxError{Pattern: p.pattern, Offset: offset, Msg: fmt.Sprintf(format, args...)}
	}
	p.pos = len(p.text)
}

// at returns the character at a distance from the present one, whatever it is.
func (p *parser) at(distance int) rune {
	i := p.pos + distance
	switch {
	case i >= len(p.text):
		return endOfPattern
	case p.text[i].quoted:
		return quotedCharacter
	}
	return p.text[i].r
}

// peek returns the next character; in comments mode blanks and comments before it
// are skipped.
func (p *parser) peek() rune {
	if p.flags&comments != 0 {
		p.skipComments()
	}
	return p.at(0)
}

func (p *parser) skipComments() {
	for {
		switch c := p.at(0); {
		case c == ' ' || c >= '\t' && c <= '\r':
			p.pos++
		case c == '#':
			for p.pos < len(p.text) && !p.endsComment(p.text[p.pos].r) {
				p.pos++
			}
		default:
			return
		}
	}
}

func (p *parser) endsComment(r rune) bool {
	return r == '\n' || p.flags&unixLines == 0 && lineBreaks.has(r)
}

// accept skips c if it is next.
func (p *parser) accept(c rune) bool {
	if p.peek() != c {
		return false
	}
	p.pos++
	return true
}

// take returns the next character as it stands and skips it.
func (p *parser) take() rune {
	if p.pos >= len(p.text) {
		return endOfPattern
	}
	p.pos++
	return p.text[p.pos-1].r
}

func (p *parser) choice() node {
	alternatives := choice{p.sequence()}
	for p.accept('|') {
		alternatives = append(alternatives, p.sequence())
	}
	if len(alternatives) == 1 {
		return alternatives[0]
	}
	return alternatives
}

func (p *parser) sequence() node {
	var items sequence
	for {
		var item node
		switch p.peek() {
		case endOfPattern, '|', ')':
			return items
		case '(':
			p.pos++
			var isGroup bool
			if item, isGroup = p.group(); !isGroup {
				continue
			}
		case '*', '+', '?':
			p.pos++
			p.fail("nothing to repeat before %c", p.text[p.pos-1].r)
			continue
		case '{': // a counted repetition of nothing
			item = sequence{}
		default:
			item = p.atom()
		}
		items = append(items, p.repetition(item))
	}
}

func (p *parser) atom() node {
	c := p.at(0)
	r := p.take()
	switch c {
	case '[':
		return p.class()
	case '\\':
		return p.escape()
	case '.':
		return p.dot()
	case '^':
		return p.lineAssertion(textStart, textStart, lineStart, lineStartAfterNewline)
	case '$':
		return p.lineAssertion(textEndBreak, textEndNewline, lineEnd, lineEndNewline)
	}
	return p.single(r)
}

func (p *parser) dot() set {
	switch {
	case p.flags&dotAll != 0:
		return anyCharacter
	case p.flags&unixLines != 0:
		return members("\n").negate()
	}
	return lineBreaks.negate()
}

// lineAssertion chooses by the flags d (the second and the fourth) and m (the
// third and the fourth).
func (p *parser) lineAssertion(plain, plainUnix, multi, multiUnix assertion) assertion {
	switch {
	case p.flags&(multiline|unixLines) == multiline|unixLines:
		return multiUnix
	case p.flags&multiline != 0:
		return multi
	case p.flags&unixLines != 0:
		return plainUnix
	}
	return plain
}

// repetition reads the quantifier of body if there is one.
func (p *parser) repetition(body node) node {
	r := repeat{body: body, most: unlimited}
	switch p.peek() {
	case '?':
		r.most = 1
	case '*':
	case '+':
		r.least = 1
	case '{':
		p.counts(&r)
	default:
		return body
	}
	p.take()
	switch {
	case p.accept('?'):
		r.preference = lazy
	case p.accept('+'):
		r.preference = possessive
	}
	return r
}

// counts reads {n}, {n,} and {n,m} up to the closing brace.
func (p *parser) counts(r *repeat) {
	p.pos++
	if !ascii.IsDigit(p.at(0)) {
		p.fail("{ without a count; write \\{ for the character")
		return
	}
	r.least = p.count()
	r.most = r.least
	if p.at(0) == ',' {
		p.pos++
		r.most = unlimited
		if ascii.IsDigit(p.at(0)) {
			r.most = p.count()
		}
	}
	switch {
	case p.at(0) != '}':
		p.fail("missing } after a count")
	case r.most != unlimited && r.most < r.least:
		p.fail("counts {%d,%d} in the wrong order", r.least, r.most)
	}
}

func (p *parser) count() int {
	n := 0
	for ascii.IsDigit(p.at(0)) {
		n = n*10 + int(p.take()-'0')
		if n > math.MaxInt32 {
			p.fail("count above %d", math.MaxInt32)
		}
	}
	return n
}

// group reads what follows an opening parenthesis. Flags alone, as (?i), are
// not a group.
func (p *parser) group() (n node, isGroup bool) {
	if p.depth++; p.depth > maxDepth {
		p.fail("groups nested deeper than %d", maxDepth)
	}
	defer func() { p.depth-- }()
	outer := p.flags
	if !p.accept('?') {
		p.groups++
		n = group{index: p.groups, body: p.groupBody(outer)}
		return n, true
	}
	switch c := p.at(0); c {
	case ':':
		p.pos++
		return p.groupBody(outer), true
	case '=', '!':
		p.pos++
		return look{negative: c == '!', body: p.groupBody(outer)}, true
	case '>':
		p.pos++
		return atomic{p.groupBody(outer)}, true
	case '<':
		p.pos++
		if c := p.at(0); c == '=' || c == '!' {
			p.pos++
			return p.lookBehind(c == '!', outer), true
		}
		return p.namedGroup(outer), true
	}
	p.readFlags()
	switch p.take() {
	case ')':
		return nil, false
	case ':':
		return p.groupBody(outer), true
	}
	p.fail("unknown kind of group")
	return nil, false
}

// groupBody reads up to the closing parenthesis and restores the flags.
func (p *parser) groupBody(outer flags) node {
	open := p.pos
	body := p.choice()
	if !p.accept(')') {
		p.pos = min(open, len(p.text))
		p.fail("missing ) for a group")
	}
	p.flags = outer
	return body
}

func (p *parser) lookBehind(negative bool, outer flags) node {
	body := p.groupBody(outer)
	if !bounded(body) {
		p.fail("look-behind without an obvious maximum length")
	}
	return look{behind: true, negative: negative, body: body}
}

func (p *parser) namedGroup(outer flags) node {
	name := p.groupName()
	p.groups++
	index := p.groups
	switch _, taken := p.names[name]; {
	case !taken:
		p.names[name] = index
	case !p.freely:
		p.fail("second group named %s", name)
	}
	return group{index: index, body: p.groupBody(outer)}
}

// groupName reads a name and the > after it.
func (p *parser) groupName() string {
	var name []rune
	for c := p.at(0); ascii.IsLetter(c) || ascii.IsDigit(c) && len(name) > 0 || p.freely && (ascii.IsDigit(c) || c == '_'); c = p.at(0) {
		name = append(name, p.take())
	}
	if len(name) == 0 || p.at(0) != '>' {
		p.pos++
		p.fail("bad group name: it has letters and digits, begins with a letter and ends before >")
		return ""
	}
	p.pos++
	return string(name)
}

// readFlags reads letters as in (?i-s:.
func (p *parser) readFlags() {
	on := true
	for {
		c := p.peek()
		switch flag, known := flagLetters[c]; {
		case known && on:
			p.flags |= flag
		case known:
			p.flags &^= flag
		case c == '-' && on:
			on = false
		default:
			return
		}
		p.pos++
	}
}
