package diag

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
)

// List is a list of diagnostics that is an error. Convert it with Err: a List
// in an error is not nil even if it is empty.
type List []*Diagnostic

// Err returns l as an error, nil if it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error returns the diagnostics, each in its one line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, d := range l {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// MarshalJSON returns a list, which is empty for nil too.
func (l List) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]*Diagnostic(l))
}

// Unwrap returns the diagnostics as errors.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, d := range l {
		errs[i] = d
	}
	return errs
}

// OnePerPlace returns the diagnostics of l, which is sorted, without those for
// the same part of the text as the one before them and of the same severity. Unknown
// fields are told each, as an expression that was made of others has one place.
func (l List) OnePerPlace() List {
	var one List
	for _, d := range l {
		if n := len(one); n == 0 || !one[n-1].sameSpot(d) {
			one = append(one, d)
		}
	}
	return one
}

// sameSpot reports whether d and other are of one severity and place.
func (d *Diagnostic) sameSpot(other *Diagnostic) bool {
	return d.Severity == other.Severity && d.File == other.File && d.Range == other.Range && d.Argument == other.Argument &&
		(d.Check != UnknownField || other.Check != UnknownField || d.Message == other.Message)
}

// Sort sorts by file and place. Diagnostics of one place stay in their order.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.place().Start, b.place().Start))
	})
}
