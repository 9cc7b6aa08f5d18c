package names

import (
	"iter"
	"math/bits"
	"slices"
	"strings"
)

// Nearest returns the known name that was probably meant; see Index.Nearest. To
// look for many names, make an Index once.
func Nearest(name string, known []string) string {
	return IndexOf(slices.Values(known)).Nearest(name)
}

// Index is a set of names prepared for finding the one that was probably meant.
type Index struct{ entries []entry }

type entry struct {
	name, upper string
	characters  characters
}

// characters is the set of the characters of a name. Some share a place.
type characters uint64

func charactersOf(name string) characters {
	var set characters
	for i := range len(name) {
		set |= 1 << (name[i] % 64)
	}
	return set
}

// without returns how many characters of s are not in other, at least.
func (s characters) without(other characters) int { return bits.OnesCount64(uint64(s &^ other)) }

// IndexOf prepares names.
func IndexOf(known iter.Seq[string]) *Index {
	x := &Index{}
	for name := range known {
		upper := strings.ToUpper(name)
		x.entries = append(x.entries, entry{name, upper, charactersOf(upper)})
	}
	return x
}

// Nearest returns the name that was probably meant: one that differs in case
// only, or else the one with the fewest edits, at most a third of its letters;
// "" if none is near. Of equally near names the first wins.
func (x *Index) Nearest(name string) string {
	upper := strings.ToUpper(name)
	set := charactersOf(upper)
	best, least := "", len(name)/3+1
	for i := range x.entries {
		e := &x.entries[i]
		if e.upper == upper {
			return e.name
		}
		// Each character that only one of the two has takes an edit.
		if max(set.without(e.characters), e.characters.without(set)) >= least {
			continue
		}
		if d := editDistance(upper, e.upper, least); d < least {
			best, least = e.name, d
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
		if min(slices.Min(previous), slices.Min(current)) >= most {
			return most
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
