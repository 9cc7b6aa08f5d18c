package diag

import (
	"cmp"
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

// Unwrap returns the diagnostics as errors.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, d := range l {
		errs[i] = d
	}
	return errs
}

// Sort sorts by file and place. Diagnostics of one place stay in their order.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b *Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.place().Start, b.place().Start))
	})
}
