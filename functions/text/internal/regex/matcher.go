package regex

import "sync"

// scope is what a pattern has to match.
type scope uint8

const (
	wholeText scope = iota
	partOfText
)

// matcher runs a pattern on texts. Its programs are compiled on first use.
type matcher struct {
	linear       func() *linearProgram // nil if there is none
	backtracking func() (*backtrackingProgram, error)
}

func newMatcher(tree node, s scope, groups int) matcher {
	return matcher{
		linear:       sync.OnceValue(func() *linearProgram { return newLinearProgram(tree, s) }),
		backtracking: sync.OnceValues(func() (*backtrackingProgram, error) { return newBacktrackingProgram(tree, s, groups) }),
	}
}

// first returns the first match in text, nil if there is none.
func (m *matcher) first(budget Budget, text string) (first *Match, err error) {
	err = m.search(budget, text, func(match *Match) bool {
		first = match
		return false
	})
	return first, err
}

// search calls found with the matches in text from left to right until it
// returns false. They do not overlap; an empty one may follow directly on
// another.
func (m *matcher) search(budget Budget, text string, found func(*Match) bool) error {
	linear := m.linear()
	if err := linear.spendOnLook(budget, text); err != nil {
		return err
	}
	if linear.suits(text) && linear.exactGroups {
		return linear.search(budget, text, found)
	}
	program, err := m.backtracking()
	if err != nil {
		return err
	}
	return program.search(budget, text, found)
}
