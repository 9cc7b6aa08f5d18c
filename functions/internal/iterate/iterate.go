// Package iterate goes through what a value consists of.
package iterate

import (
	"iter"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// Items iterates over the items of a list or set, or the letters of a string,
// each a string of one code point. Null and other kinds have no items. Items
// that are added to the collection meanwhile are not visited.
func Items(v value.Value) iter.Seq[value.Value] {
	// Small enough to be inlined, so that a loop over it allocates nothing.
	return func(yield func(value.Value) bool) { visit(v, yield) }
}

func visit(v value.Value, yield func(value.Value) bool) {
	switch v.Kind() {
	case value.KindList:
		for i := range v.Len() {
			if !yield(v.Item(i)) {
				return
			}
		}
	case value.KindSet:
		for item := range v.Set().All() {
			if !yield(item) {
				return
			}
		}
	case value.KindString:
		for rest := v.Str(); rest != ""; {
			_, size := utf8.DecodeRuneInString(rest)
			if !yield(value.String(rest[:size])) {
				return
			}
			rest = rest[size:]
		}
	}
}
