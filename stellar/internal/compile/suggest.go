package compile

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

func (c *compiler) unknownFunction(n *syntax.Call) *fault {
	at := site{n, c.frame}
	f := at.fault(scope{}, diag.ErrUnknownFunction, "there is no function %s", n.Name)
	f.Range = syntax.Range{Start: n.Start, End: n.Start + len(n.Name)}
	if nearest := Nearest(n.Name, sortedNames(c.env.Functions)); nearest != "" {
		f.Suggestion = nearest
		f.Message += "; did you mean " + nearest + "?"
	}
	return f
}

func (c *compiler) arity(n *syntax.Call, f *fn.Func) *fault {
	at := site{n, c.frame}
	least := f.MinArgs()
	switch {
	case len(n.Args) < least:
		return at.fault(scope{}, diag.ErrArity, "%s needs %s and got %d: %s", f.Name, arguments(least, len(f.Params) > least), len(n.Args), f.Signature())
	case f.Exact && !f.Variadic() && len(n.Args) > len(f.Params):
		return at.fault(scope{}, diag.ErrArity, "%s takes %s and got %d: %s", f.Name, arguments(len(f.Params), false), len(n.Args), f.Signature())
	}
	return nil
}

func arguments(n int, orMore bool) string {
	text := strconv.Itoa(n) + " argument"
	if n != 1 {
		text += "s"
	}
	if orMore {
		return "at least " + text
	}
	return text
}

func sortedNames[T any](byName map[string]T) []string {
	return slices.Sorted(maps.Keys(byName))
}

// Nearest gives the name that was probably meant: one that differs in case
// only, or else the one with the fewest edits, at most a third of its letters.
// It gives "" if none is near. Of equally near names the first wins.
func Nearest(name string, names []string) string {
	best, least := "", len(name)/3+1
	for _, candidate := range names {
		if strings.EqualFold(candidate, name) {
			return candidate
		}
		if d := editDistance(strings.ToUpper(name), strings.ToUpper(candidate), least); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// editDistance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b (the optimal string alignment distance). It
// gives up at most.
func editDistance(a, b string, most int) int {
	if len(a)-len(b) >= most || len(b)-len(a) >= most {
		return most
	}
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
