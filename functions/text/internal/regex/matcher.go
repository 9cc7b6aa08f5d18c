package regex

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// scope is what a pattern has to match.
type scope uint8

const (
	wholeText scope = iota
	partOfText
)

// matcher runs a pattern on texts. Its programs are compiled on first use.
type matcher struct {
	linear       func() *linearProgram // gives nil if there is none
	backtracking func() (*backtrackingProgram, error)
}

func newMatcher(tree node, s scope) matcher {
	return matcher{
		linear:       sync.OnceValue(func() *linearProgram { return newLinearProgram(tree, s) }),
		backtracking: sync.OnceValues(func() (*backtrackingProgram, error) { return newBacktrackingProgram(tree, s) }),
	}
}

// first gives the first match in text, nil if there is none.
func (m *matcher) first(ctx context.Context, limits Limits, text string) (first *Match, err error) {
	err = m.search(ctx, limits, text, func(match *Match) bool {
		first = match
		return false
	})
	return first, err
}

// search calls found with the matches in text from left to right until it
// gives false. They do not overlap; an empty one may follow directly on
// another.
func (m *matcher) search(ctx context.Context, limits Limits, text string, found func(*Match) bool) error {
	if linear := m.linear(); linear.suits(text) && linear.exactGroups {
		return linear.search(ctx, limits, text, found)
	}
	program, err := m.backtracking()
	if err != nil {
		return err
	}
	return program.search(ctx, limits, text, found)
}

// One operation may take the time that its work takes on a slow machine, within
// bounds: neither engine can be interrupted, and where others are busy an ordinary
// match must not fail for having had to wait.
const (
	minTime          = 200 * time.Millisecond
	maxTime          = time.Second
	timePerCharacter = 100 * time.Nanosecond
)

var errTooMuchWork = fmt.Errorf("%w: the regular expression takes more work on this text than Steps allow", ErrLimit)

// stopwatch tells when an operation has to end.
type stopwatch struct {
	ctx context.Context
	end time.Time
}

func startStopwatch(ctx context.Context, limits Limits) stopwatch {
	work := min(time.Duration(limits.Work), maxTime/timePerCharacter) * timePerCharacter
	end := time.Now().Add(max(work, minTime))
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(end) {
		end = deadline
	}
	return stopwatch{ctx: ctx, end: end}
}

// left gives the time that is left, and an error when there is none.
func (w stopwatch) left() (time.Duration, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	left := time.Until(w.end)
	if left <= 0 {
		return 0, errTooMuchWork
	}
	return left, nil
}
