// Package regex has the regular expressions of Java's java.util.regex. A pattern is
// parsed to a tree and then run by one of two engines: by package regexp, in time
// linear in the text, where that has the same answer, else by a machine of our own
// that backtracks as Java does and counts its work. Package regexp does not see the
// pattern as it was written, since it reads parts of it differently.
//
// Characters are code points; the halves of surrogate pairs are not matched on
// their own. Not supported are \N{name}, \b{g}, the flag c (canonical
// equivalence), scripts by their four-letter codes and \p{javaMirrored}.
package regex

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// maxPatternLength bounds patterns, in bytes.
const maxPatternLength = 64 << 10

// What compiling costs, where each byte may stand for a large class of characters.
// Patterns beyond the usual length cost more, as nothing can end their parsing.
const (
	stepsPerPatternByte = 100
	stepsPerByteBeyond  = 1000
	usualPatternLength  = 1024
)

// CompileSteps is what compiling a pattern of so many bytes costs.
func CompileSteps(length int) int64 {
	return stepsPerPatternByte*int64(length) + stepsPerByteBeyond*int64(max(0, length-usualPatternLength))
}

// ErrLimit is the error of an operation that is too much work or makes too much
// text.
var ErrLimit = errors.New("limit exceeded")

// Budget is what matching is charged to: steps of work before it is done or as it
// goes on, and memory. An error of it ends the operation, which returns it.
type Budget interface {
	Spend(steps int64) error
	Allocate(bytes int64) error
}

// Pattern is a parsed pattern. It is safe for concurrent use. Its programs are
// compiled when they are first needed.
type Pattern struct {
	groups  int
	names   map[string]int // group numbers by name
	missing int            // the highest reference to a group that there is not, 0 for none

	literals []Literal // see Literals

	wholeMatcher, partMatcher matcher
}

// Compile parses a pattern. An error is a *SyntaxError.
func Compile(pattern string) (*Pattern, error) { return newPattern(pattern, false) }

// CompileFreely is Compile for patterns whose groups may have digits first and
// underscores in their names. Several may have the same name, which stands for the
// first of them.
func CompileFreely(pattern string) (*Pattern, error) { return newPattern(pattern, true) }

func newPattern(pattern string, freely bool) (*Pattern, error) {
	if len(pattern) > maxPatternLength {
		msg := fmt.Sprintf("more than %d bytes", maxPatternLength)
		return nil, &SyntaxError{Pattern: pattern, Offset: maxPatternLength, Msg: msg}
	}
	p := newParser(pattern)
	p.freely = freely
	tree, err := p.parse()
	if err != nil {
		return nil, err
	}
	compiled := &Pattern{
		groups:       p.groups,
		names:        p.names,
		literals:     literalsOf(tree),
		wholeMatcher: newMatcher(tree, wholeText, p.groups),
		partMatcher:  newMatcher(tree, partOfText, p.groups),
	}
	if p.highestReference > p.groups {
		compiled.missing = p.highestReference
	}
	return compiled, nil
}

// MissingGroup returns the number of a group that the pattern refers back to though
// it does not have it, so that the reference never matches; 0 if there is none.
func (p *Pattern) MissingGroup() int { return p.missing }

// GroupCount returns the number of capturing groups.
func (p *Pattern) GroupCount() int { return p.groups }

// Names returns the names of groups in the order of their opening parentheses, and
// their numbers.
func (p *Pattern) Names() (names []string, groups []int) {
	names = slices.SortedFunc(maps.Keys(p.names), func(a, b string) int { return p.names[a] - p.names[b] })
	for _, name := range names {
		groups = append(groups, p.names[name])
	}
	return names, groups
}

// MatchWhole reports whether the pattern matches all of text.
func (p *Pattern) MatchWhole(budget Budget, text string) (bool, error) {
	linear := p.wholeMatcher.linear()
	if err := linear.spendOnLook(budget, text); err != nil {
		return false, err
	}
	if linear.suits(text) {
		return linear.matchesWhole(budget, text)
	}
	if linear != nil {
		if lacks, err := p.lacksLiterals(budget, text); lacks || err != nil {
			return false, err
		}
	}
	m, err := p.wholeMatcher.first(budget, text)
	return m != nil, err
}

// Groups matches all of text and returns what the groups hold; nil if there is no
// match.
func (p *Pattern) Groups(budget Budget, text string) (*Match, error) {
	if linear := p.wholeMatcher.linear(); linear.suits(text) && !linear.exactGroups {
		// It does not give the groups, but finds soon that there are none.
		if ok, err := linear.matchesWhole(budget, text); err != nil || !ok {
			return nil, err
		}
	}
	return p.wholeMatcher.first(budget, text)
}

// First returns the first match in text, nil if there is none.
func (p *Pattern) First(budget Budget, text string) (*Match, error) {
	return p.partMatcher.first(budget, text)
}

// Match is a match of a pattern in a text.
type Match struct {
	text    string
	offsets []int // for group i the start at 2i and the end at 2i+1, -1 if it took no part
}

// Group returns what a group holds, from 1 to the number of groups; 0 is the
// whole match. ok is false if the group took no part in the match.
func (m *Match) Group(i int) (held string, ok bool) {
	start, end := m.offsets[2*i], m.offsets[2*i+1]
	if start < 0 {
		return "", false
	}
	return m.text[start:end], true
}
