// Package regex gives the regular expressions of Java's java.util.regex. A
// pattern is parsed to a tree and then run by one of two engines: by package
// regexp, in time linear in the text, where that gives the same answer, else
// by regexp2, which backtracks and is stopped when it takes too long. Neither
// sees the pattern as it was written, since both read parts of it differently.
//
// Characters are code points; the halves of surrogate pairs are not matched on
// their own. Not supported are \N{name}, \b{g}, the flag c (canonical
// equivalence), scripts by their four-letter codes and \p{javaMirrored}. A
// look-behind is tried from its end, so that a group of varying length in it
// may hold another part of the text than in Java; a backreference that ignores
// case ignores that of all letters, not of the ASCII ones alone.
package regex

import (
	"context"
	"errors"
	"fmt"
)

// maxPatternLength bounds patterns, in bytes.
const maxPatternLength = 64 << 10

// ErrLimit is the error of an operation that exceeds its limits.
var ErrLimit = errors.New("limit exceeded")

// Limits bound one operation.
type Limits struct {
	// Work is about the number of characters that may be looked at, again and
	// again if need be. It bounds the time as well: to 100 ns per character,
	// and to a second in all.
	Work int
	// Length is the number of bytes that a result may have.
	Length int
}

// Pattern is a parsed pattern. It is safe for concurrent use. Its programs are
// compiled when they are first needed.
type Pattern struct {
	groups int
	names  map[string]int // group numbers by name

	wholeMatcher, partMatcher matcher
}

// Compile parses a pattern. An error is a *SyntaxError.
func Compile(pattern string) (*Pattern, error) {
	if len(pattern) > maxPatternLength {
		msg := fmt.Sprintf("more than %d bytes", maxPatternLength)
		return nil, &SyntaxError{Pattern: pattern, Offset: maxPatternLength, Msg: msg}
	}
	p := newParser(pattern)
	tree, err := p.parse()
	if err != nil {
		return nil, err
	}
	return &Pattern{
		groups:       p.groups,
		names:        p.names,
		wholeMatcher: newMatcher(tree, wholeText),
		partMatcher:  newMatcher(tree, partOfText),
	}, nil
}

// GroupCount gives the number of capturing groups.
func (p *Pattern) GroupCount() int { return p.groups }

// MatchWhole tells whether the pattern matches all of text. The cost is linear
// in the text but for patterns with look-around, references back to groups,
// atomic groups and the like.
func (p *Pattern) MatchWhole(ctx context.Context, limits Limits, text string) (bool, error) {
	linear := p.wholeMatcher.linear()
	if !linear.suits(text) {
		m, err := p.wholeMatcher.first(ctx, limits, text)
		return m != nil, err
	}
	if err := linear.afford(text, limits); err != nil {
		return false, err
	}
	return linear.matchesWhole(text), nil
}

// Groups matches all of text and gives what the groups hold; nil if there is no
// match.
func (p *Pattern) Groups(ctx context.Context, limits Limits, text string) (*Match, error) {
	if linear := p.wholeMatcher.linear(); linear.suits(text) && !linear.exactGroups {
		// It does not give the groups, but tells soon that there are none.
		if ok, err := p.MatchWhole(ctx, limits, text); err != nil || !ok {
			return nil, err
		}
	}
	return p.wholeMatcher.first(ctx, limits, text)
}

// Match is a match of a pattern in a text.
type Match struct {
	text    string
	offsets []int // for group i the start at 2i and the end at 2i+1, -1 if it took no part
}

// Group gives what a group holds, from 1 to the number of groups; 0 is the
// whole match. It is not ok if the group took no part in the match.
func (m *Match) Group(i int) (string, bool) {
	start, end := m.offsets[2*i], m.offsets[2*i+1]
	if start < 0 {
		return "", false
	}
	return m.text[start:end], true
}
