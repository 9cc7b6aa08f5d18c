package regex

import (
	"context"
	"fmt"

	"github.com/dlclark/regexp2/v2"
)

// backtrackingProgram is a pattern as a program of regexp2.
type backtrackingProgram struct{ expression *regexp2.Regexp }

// maxStack bounds the memory of a match, in words.
const maxStack = 1 << 20

// leastWork is what the search of a short text may cost.
const leastWork = 5000

func newBacktrackingProgram(tree node, s scope) (*backtrackingProgram, error) {
	pattern := printed(tree, true)
	if s == wholeText {
		pattern = `\A(?:` + pattern + `)\z`
	}
	if len(pattern) > maxPrinted {
		return nil, fmt.Errorf("%w: the regular expression is too complex", ErrLimit)
	}
	expression, err := regexp2.Compile(pattern, regexp2.OptionMaxBacktrackingStackSize(maxStack))
	if err != nil { // a count too large
		return nil, fmt.Errorf("%w: the regular expression is too complex", ErrLimit)
	}
	return &backtrackingProgram{expression}, nil
}

func (p *backtrackingProgram) search(ctx context.Context, limits Limits, text string, found func(*Match) bool) error {
	if len(text) > limits.Work || limits.Work < leastWork {
		return errTooMuchWork
	}
	watch := startStopwatch(ctx, limits)
	expression := *p.expression // with a time limit of its own
	var match *regexp2.Match
	for {
		left, err := watch.left()
		if err != nil {
			return err
		}
		expression.MatchTimeout = left
		if match == nil {
			match, err = expression.FindStringMatch(text)
		} else {
			match, err = expression.FindNextMatch(match)
		}
		if err != nil { // out of time or of stack
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return errTooMuchWork
		}
		if match == nil || !found(&Match{text: text, offsets: offsetsOf(match)}) {
			return nil
		}
	}
}

func offsetsOf(match *regexp2.Match) []int {
	offsets := make([]int, 0, 2*match.GroupCount())
	for i := range match.GroupCount() {
		group := match.GroupByNumber(i)
		if len(group.Captures) == 0 {
			offsets = append(offsets, -1, -1)
			continue
		}
		start, length := group.ByteRange()
		offsets = append(offsets, start, start+length)
	}
	return offsets
}
