package command

import "math"

// maxKinds bounds the kinds of failures that are counted apart, as texts may hold
// anything.
const maxKinds = 1000

// tally counts failures by kind. The zero tally is empty.
type tally struct {
	kinds  map[string]*failures
	order  []*failures // in the order of their first
	others int         // of kinds beyond maxKinds
}

// failures are those of one kind.
type failures struct {
	count int
	first string // what was shown of the first
}

// add counts a failure, which describe describes, and returns how many of its kind
// there were. Of kinds that are not counted apart there were very many.
func (t *tally) add(kind string, describe func() string) int {
	f := t.kinds[kind]
	switch {
	case f != nil:
	case len(t.order) == maxKinds:
		t.others++
		return math.MaxInt
	default:
		if t.kinds == nil {
			t.kinds = map[string]*failures{}
		}
		f = &failures{first: describe()}
		t.kinds[kind] = f
		t.order = append(t.order, f)
	}
	f.count++
	return f.count
}
