package regex

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/functions/internal/ascii"
)

// ErrReplacement is the error of a replacement that is malformed or names a
// group that there is not.
var ErrReplacement = errors.New("bad replacement")

// Replace replaces all matches in text. In the replacement $n and ${name} stand
// for what a group holds, nothing if it took no part, and a backslash makes the
// next character ordinary. Of the digits after $ as many count as there are
// groups, the first in any case. A bad replacement is an error only if there is
// a match. The result has at most maxLength bytes.
func (p *Pattern) Replace(budget Budget, maxLength int, text, replacement string) (string, error) {
	var (
		result strings.Builder
		parts  []replacementPart
		copied int // bytes of text that are in the result or replaced
		failed error
	)
	err := p.partMatcher.search(budget, text, func(m *Match) bool {
		if parts == nil {
			if parts, failed = p.parseReplacement(budget, replacement); failed != nil {
				return false
			}
		}
		length := result.Len()
		result.WriteString(text[copied:m.offsets[0]])
		copied = m.offsets[1]
		for _, part := range parts {
			result.WriteString(part.literal)
			if part.group >= 0 {
				held, _ := m.Group(part.group)
				result.WriteString(held)
			}
			if result.Len() > maxLength {
				failed = fmt.Errorf("%w: the text becomes longer than %d bytes", ErrLimit, maxLength)
				return false
			}
		}
		added := int64(result.Len() - length)
		if failed = budget.Spend(int64(len(parts)) + added/bytesPerStep); failed == nil {
			failed = budget.Allocate(matchSize + 2*added) // a builder doubles
		}
		return failed == nil
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return "", err
	}
	if parts == nil {
		return text, nil
	}
	result.WriteString(text[copied:])
	return result.String(), nil
}

const (
	bytesPerStep = 64  // of text that is copied
	matchSize    = 100 // about the memory of a Match
	stepsOfPart  = 2   // to read a part of a replacement
	sizeOfPart   = 100 // about the memory of a part, as a slice grows
)

// replacementPart is a literal text and what follows it: a group, or none if
// that is negative.
type replacementPart struct {
	literal string
	group   int
}

func (p *Pattern) parseReplacement(budget Budget, replacement string) ([]replacementPart, error) {
	var parts []replacementPart
	var literal strings.Builder
	for rest := replacement; ; {
		if err := budget.Spend(stepsOfPart); err != nil {
			return nil, err
		}
		special := strings.IndexAny(rest, `$\`)
		if special < 0 {
			literal.WriteString(rest)
			return append(parts, replacementPart{literal: literal.String(), group: -1}), nil
		}
		literal.WriteString(rest[:special])
		after := rest[special+1:]
		if rest[special] == '\\' {
			if after == "" {
				return nil, fmt.Errorf("%w: \\ at the end", ErrReplacement)
			}
			_, width := utf8.DecodeRuneInString(after)
			literal.WriteString(after[:width])
			rest = after[width:]
			continue
		}
		group, length, err := p.groupReference(after)
		if err != nil {
			return nil, err
		}
		if err := budget.Allocate(sizeOfPart); err != nil {
			return nil, err
		}
		parts = append(parts, replacementPart{literal: literal.String(), group: group})
		literal.Reset()
		rest = after[length:]
	}
}

// groupReference reads the group at the beginning of s, which follows a $, and
// returns its number and the bytes read.
func (p *Pattern) groupReference(s string) (group, length int, err error) {
	if name, ok := strings.CutPrefix(s, "{"); ok {
		name, _, closed := strings.Cut(name, "}")
		group, known := p.names[name]
		if !closed || !known {
			return 0, 0, fmt.Errorf("%w: ${%s without a group of that name and }", ErrReplacement, name)
		}
		return group, len(name) + len("{}"), nil
	}
	if s == "" || !ascii.IsDigit(s[0]) {
		return 0, 0, fmt.Errorf("%w: $ without a group; write \\$ for the character", ErrReplacement)
	}
	group, length = int(s[0]-'0'), 1
	for length < len(s) && ascii.IsDigit(s[length]) {
		longer := group*10 + int(s[length]-'0')
		if longer > p.groups {
			break
		}
		group = longer
		length++
	}
	if group > p.groups {
		return 0, 0, fmt.Errorf("%w: no group %d among %d", ErrReplacement, group, p.groups)
	}
	return group, length, nil
}
