// Package datepattern writes and reads dates by the patterns of java.text.SimpleDateFormat,
// in English, and finds what Java finds, down to its accidents: rules in use rely on
// them.
package datepattern

import (
	"errors"
	"fmt"
)

// Pattern is a pattern that was read.
type Pattern struct{ items []item }

// item is a part of a pattern: so many of a letter, or a literal text.
type item struct {
	letter  byte // 0 for a literal
	count   int
	literal string
	// bounded says that a number ends where count characters do, as another number
	// follows at once.
	bounded bool
}

// letters are those that have a meaning.
const letters = "GyYMLwWDdFEuaHkKhmsSzZX"

// maxOffsetLetters is how many letters X there may be.
const maxOffsetLetters = 3

// Parse reads a pattern.
func Parse(text string) (*Pattern, error) {
	p := &Pattern{}
	var literal []byte // since the last field
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\'':
			length, err := appendQuoted(&literal, text[i:])
			if err != nil {
				return nil, err
			}
			i += length
		case isLetter(c):
			n := i + 1
			for n < len(text) && text[n] == c {
				n++
			}
			p.addLiteral(literal)
			literal = nil
			if err := p.addField(c, n-i); err != nil {
				return nil, err
			}
			i = n
		default:
			literal = append(literal, c)
			i++
		}
	}
	p.addLiteral(literal)
	for i := range p.items[:max(len(p.items)-1, 0)] {
		p.items[i].bounded = p.items[i+1].isNumber()
	}
	return p, nil
}

// appendQuoted appends what stands between apostrophes, of which two are one, at the
// start of a text, and returns how much of the text that is. Two alone are one too.
func appendQuoted(literal *[]byte, text string) (length int, err error) {
	if len(text) > 1 && text[1] == '\'' {
		*literal = append(*literal, '\'')
		return 2, nil
	}
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] != '\'':
			*literal = append(*literal, text[i])
		case i+1 < len(text) && text[i+1] == '\'':
			*literal = append(*literal, '\'')
			i++
		default:
			return i + 1, nil
		}
	}
	return 0, errors.New("the pattern has an apostrophe that is never closed; two apostrophes stand for one")
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func (p *Pattern) addLiteral(text []byte) {
	if len(text) > 0 {
		p.items = append(p.items, item{literal: string(text)})
	}
}

func (p *Pattern) addField(letter byte, count int) error {
	known := false
	for i := range len(letters) {
		known = known || letters[i] == letter
	}
	if !known {
		return fmt.Errorf("the pattern has the letter %c, which stands for nothing; put letters that are meant as text in apostrophes", letter)
	}
	if letter == 'X' && count > maxOffsetLetters {
		return fmt.Errorf("the pattern has %d letters X, and three are the most", count)
	}
	p.items = append(p.items, item{letter: letter, count: count})
	return nil
}

// isNumber reports whether the item is always a number.
func (it *item) isNumber() bool {
	switch it.letter {
	case 0, 'G', 'E', 'a', 'z', 'Z', 'X':
		return false
	case 'M', 'L':
		return it.count <= 2
	}
	return true
}

var (
	eras   = []string{"BC", "AD"}
	months = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	days   = []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	halves = []string{"AM", "PM"}
)

// shortLength is that of the short names of months and days.
const shortLength = 3
