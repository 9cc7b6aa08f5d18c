package analysis

import (
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
)

// UnknownFunction is the diagnostic of a call of a function that there is not.
func UnknownFunction(n *syntax.Call, functions *Names) *diag.Diagnostic {
	d := &diag.Diagnostic{
		Kind: diag.ErrUnknownFunction, Message: "there is no function " + n.Name,
		Range: diag.Range{Start: n.Start, End: n.Start + len(n.Name)},
	}
	Suggest(d, functions.Nearest(n.Name))
	return d
}

// Suggest adds the name that was probably meant, if there is one.
func Suggest(d *diag.Diagnostic, name string) {
	if name != "" {
		d.Suggestion = name
		d.Message += "; did you mean " + name + "?"
	}
}

// WrongArity says what is wrong with the number of arguments, "" if nothing is.
func WrongArity(n *syntax.Call, f *fn.Func) string {
	least, got := f.MinArgs(), len(n.Args)
	switch {
	case got < least:
		return f.Name + " needs " + arguments(least, len(f.Params) > least) + " and got " + strconv.Itoa(got) + ": " + f.Signature()
	case f.Exact && !f.Variadic() && got > len(f.Params):
		return f.Name + " takes " + arguments(len(f.Params), false) + " and got " + strconv.Itoa(got) + ": " + f.Signature()
	}
	return ""
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

// Names are the names among which to look for one that was probably meant.
type Names struct {
	names []name
}

// name is a name prepared for comparing.
type name struct {
	text, upper string
	letters     letters
}

// letters is the set of characters in a name, several sharing a place.
type letters uint64

func lettersOf(upper string) letters {
	var set letters
	for i := range len(upper) {
		set |= 1 << (upper[i] % 64)
	}
	return set
}

// NamesOf prepares the keys of a map.
func NamesOf[T any](byName map[string]T) *Names {
	n := &Names{names: make([]name, 0, len(byName))}
	for _, text := range slices.Sorted(maps.Keys(byName)) {
		upper := strings.ToUpper(text)
		n.names = append(n.names, name{text, upper, lettersOf(upper)})
	}
	return n
}

// Nearest returns the name that was probably meant: one that differs in case
// only, or else the one with the fewest edits, at most a third of its letters;
// "" if none is near. Of equally near names the first in order wins.
func (n *Names) Nearest(text string) string {
	upper := strings.ToUpper(text)
	set := lettersOf(upper)
	best, least := "", len(text)/3+1
	for i := range n.names {
		candidate := &n.names[i]
		if candidate.upper == upper {
			return candidate.text
		}
		// Each character that only one of the two has takes an edit.
		if max(bits.OnesCount64(uint64(set&^candidate.letters)), bits.OnesCount64(uint64(candidate.letters&^set))) >= least {
			continue
		}
		if d := editDistance(upper, candidate.upper, least); d < least {
			best, least = candidate.text, d
		}
	}
	return best
}

// editDistance counts the insertions, deletions, replacements and swaps of
// neighbours that turn a into b (the optimal string alignment distance). It
// returns most once the distance is sure to reach it.
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
		if slices.Min(current) >= most && slices.Min(previous) >= most {
			return most
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
