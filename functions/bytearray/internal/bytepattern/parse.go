// Package bytepattern finds patterns in bytes, in the syntax of the Java library byteseek:
// bytes are hexadecimal digits, text stands in quotes. It takes time that grows with the
// product of the pattern's size and that of the bytes, whatever they are.
package bytepattern

import (
	"fmt"
	"strconv"
	"strings"
)

// The limits of a pattern.
const (
	maxLength       = 64 << 10
	maxDepth        = 100
	maxInstructions = 20_000 // of all that repetitions unfold to
)

// Error is a mistake in a pattern.
type Error struct {
	Offset  int // in bytes
	Message string
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("%s, at character %d", e.Message, e.Offset+1) }

// set is a set of bytes.
type set [4]uint64

func (s *set) add(b byte)      { s[b>>6] |= 1 << (b & 63) }
func (s *set) has(b byte) bool { return s[b>>6]&(1<<(b&63)) != 0 }

func (s *set) addRange(from, to byte) {
	for b := int(from); b <= int(to); b++ {
		s.add(byte(b))
	}
}

func (s *set) invert() {
	for i := range s {
		s[i] = ^s[i]
	}
}

func (s *set) join(other *set) {
	for i := range s {
		s[i] |= other[i]
	}
}

// where returns the set of all bytes that pass a test.
func where(test func(byte) bool) set {
	var s set
	for b := range 256 {
		if test(byte(b)) {
			s.add(byte(b))
		}
	}
	return s
}

func only(b byte) set {
	var s set
	s.add(b)
	return s
}

// node is a part of a pattern: one of a sequence of sets, a sequence of parts, or
// alternatives; repeated from least to most times, if most is not 0.
type node struct {
	sets         []set
	parts        []*node
	alternatives bool // parts are alternatives
	least, most  int
}

// unlimited stands for no bound of a repetition.
const unlimited = -1

type parser struct {
	text  string
	at    int
	depth int
}

func (p *parser) failf(format string, values ...any) error {
	return &Error{Offset: min(p.at, len(p.text)), Message: fmt.Sprintf(format, values...)}
}

// skip goes to the next character that means something, and returns it, 0 at the end.
func (p *parser) skip() byte {
	for p.at < len(p.text) {
		switch c := p.text[p.at]; c {
		case ' ', '\t', '\n', '\r':
			p.at++
		case '#':
			end := strings.IndexByte(p.text[p.at:], '\n')
			if end < 0 {
				end = len(p.text) - p.at
			}
			p.at += end
		default:
			return c
		}
	}
	return 0
}

// alternatives parses up to a closing parenthesis or the end.
func (p *parser) alternatives() (*node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, p.failf("it is nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	all := &node{alternatives: true}
	for {
		sequence, err := p.sequence()
		if err != nil {
			return nil, err
		}
		all.parts = append(all.parts, sequence)
		if p.skip() != '|' {
			return all, nil
		}
		p.at++
	}
}

func (p *parser) sequence() (*node, error) {
	sequence := &node{}
	for {
		switch p.skip() {
		case 0, ')', '|':
			if len(sequence.parts) == 0 {
				return nil, p.failf("bytes are missing, such as 0A or 'text'")
			}
			return sequence, nil
		}
		part, err := p.part()
		if err != nil {
			return nil, err
		}
		if part, err = p.repetitions(part); err != nil {
			return nil, err
		}
		sequence.parts = append(sequence.parts, part)
	}
}

func (p *parser) part() (*node, error) {
	if p.skip() == '(' {
		p.at++
		group, err := p.alternatives()
		if err != nil {
			return nil, err
		}
		if p.skip() != ')' {
			return nil, p.failf("a closing parenthesis is missing")
		}
		p.at++
		return group, nil
	}
	sets, err := p.item()
	return &node{sets: sets}, err
}

// repetitions parses what says how often a part is repeated.
func (p *parser) repetitions(part *node) (*node, error) {
	for {
		r := &node{parts: []*node{part}}
		switch p.skip() {
		case '*':
			r.most = unlimited
		case '+':
			r.least, r.most = 1, unlimited
		case '?':
			r.most = 1
		case '{':
			if err := p.counts(r); err != nil {
				return nil, err
			}
			part = r
			continue
		default:
			return part, nil
		}
		p.at++
		part = r
	}
}

// counts parses {5}, {2,5} and {2,*}.
func (p *parser) counts(r *node) (err error) {
	p.at++
	if r.least, err = p.count(); err != nil {
		return err
	}
	r.most = r.least
	if p.skip() == ',' {
		p.at++
		if p.skip() == '*' {
			p.at++
			r.most = unlimited
		} else if r.most, err = p.count(); err != nil {
			return err
		}
	}
	switch {
	case p.skip() != '}':
		return p.failf("} is missing after a number of repetitions")
	case r.most == 0 || r.most != unlimited && r.most < r.least:
		return p.failf("it can be repeated %d times at most, and %d at least", r.most, r.least)
	}
	p.at++
	return nil
}

func (p *parser) count() (int, error) {
	p.skip()
	start := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	n, err := strconv.Atoi(p.text[start:p.at])
	if err != nil || n > maxInstructions {
		p.at = start
		return 0, p.failf("a number of repetitions, up to %d, is missing", maxInstructions)
	}
	return n, nil
}

// item parses what stands for bytes: a text for several, all else for one.
func (p *parser) item() ([]set, error) {
	start := p.at
	if p.skip() == '^' {
		p.at++
		if p.depth++; p.depth > maxDepth {
			return nil, p.failf("it is nested more than %d deep", maxDepth)
		}
		defer func() { p.depth-- }()
		inverted, err := p.item()
		if err != nil {
			return nil, err
		}
		if len(inverted) != 1 {
			p.at = start
			return nil, p.failf("^ stands before what is one byte, not before a text of several")
		}
		inverted[0].invert()
		return inverted, nil
	}
	sets, single, err := p.value()
	if err != nil || !single || p.skip() != '-' {
		return sets, err
	}
	p.at++
	p.skip()
	start = p.at
	end, single, err := p.value()
	if err != nil {
		return nil, err
	}
	from, to := least(&sets[0]), byte(0)
	if single {
		to = least(&end[0])
	}
	if !single || to < from {
		p.at = start
		return nil, p.failf("a range ends with one byte that is not below its first")
	}
	var s set
	s.addRange(from, to)
	return []set{s}, nil
}

func least(s *set) byte {
	for b := range 256 {
		if s.has(byte(b)) {
			return byte(b)
		}
	}
	return 0
}

// value parses an item that is neither inverted nor a range. Single means that it may
// begin or end one.
func (p *parser) value() (sets []set, single bool, err error) {
	switch c := p.skip(); c {
	case '\'', '`':
		sets, err = p.quoted(c)
		return sets, c == '\'' && len(sets) == 1, err
	case '[':
		s, err := p.set()
		return []set{s}, false, err
	case '.':
		p.at++
		return []set{where(func(byte) bool { return true })}, false, nil
	case '&', '~':
		p.at++
		p.skip()
		mask, err := p.hexadecimal()
		if c == '&' {
			return []set{where(func(b byte) bool { return b&mask == mask })}, false, err
		}
		return []set{where(func(b byte) bool { return b&mask != 0 })}, false, err
	case '\\':
		return p.shorthand()
	default:
		b, err := p.hexadecimal()
		return []set{only(b)}, true, err
	}
}

func (p *parser) hexadecimal() (byte, error) {
	if p.at+2 <= len(p.text) {
		if b, err := strconv.ParseUint(p.text[p.at:p.at+2], 16, 8); err == nil {
			p.at += 2
			return byte(b), nil
		}
	}
	return 0, p.failf("a byte is missing: two hexadecimal digits, such as 0A, or a text in quotes")
}

// quoted parses a text, in backquotes if the case of letters does not matter.
func (p *parser) quoted(quote byte) ([]set, error) {
	length := strings.IndexByte(p.text[p.at+1:], quote)
	if length <= 0 {
		return nil, p.failf("a text in quotes is empty, or does not end")
	}
	start := p.at + 1
	var sets []set
	for i := start; i < start+length; i++ {
		b := p.text[i]
		if b >= 0x80 {
			p.at = i
			return nil, p.failf("a text in quotes is ASCII: write other bytes as hexadecimal digits")
		}
		s := only(b)
		if folded := b | 0x20; quote == '`' && folded >= 'a' && folded <= 'z' {
			s.add(folded)
			s.add(folded - 0x20)
		}
		sets = append(sets, s)
	}
	p.at = start + length + 1
	return sets, nil
}

// set parses a set in brackets.
func (p *parser) set() (set, error) {
	if p.depth++; p.depth > maxDepth {
		return set{}, p.failf("it is nested more than %d deep", maxDepth)
	}
	defer func() { p.depth-- }()
	p.at++
	var all set
	for n := 0; ; n++ {
		switch c := p.skip(); {
		case c == ']' && n > 0:
			p.at++
			return all, nil
		case c == 0 || c == ']':
			return all, p.failf("a set in brackets is empty, or does not end")
		}
		sets, err := p.item()
		if err != nil {
			return all, err
		}
		for i := range sets {
			all.join(&sets[i])
		}
	}
}

// shorthands are the names of bytes and sets after a backslash. The upper-case name of a
// set is what it does not have.
var (
	singles = map[byte]byte{'t': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r', 'e': 0x1b}
	classes = map[byte]func(b byte) bool{
		'd': func(b byte) bool { return b >= '0' && b <= '9' },
		'l': func(b byte) bool { return b >= 'a' && b <= 'z' },
		'u': func(b byte) bool { return b >= 'A' && b <= 'Z' },
		'i': func(b byte) bool { return b < 0x80 },
		's': func(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' },
		'w': func(b byte) bool {
			return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_'
		},
	}
)

func (p *parser) shorthand() ([]set, bool, error) {
	if p.at+1 < len(p.text) {
		name := p.text[p.at+1]
		if b, ok := singles[name]; ok {
			p.at += 2
			return []set{only(b)}, true, nil
		}
		if class, ok := classes[name|0x20]; ok {
			p.at += 2
			s := where(class)
			if name&0x20 == 0 {
				s.invert()
			}
			return []set{s}, false, nil
		}
	}
	return nil, false, p.failf(`\ stands before one of the letters t n v f r e d D l L u U i I s S w W`)
}
