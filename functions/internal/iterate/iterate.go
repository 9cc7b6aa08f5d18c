// Package iterate visits the items of collections and strings.
package iterate

import (
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/value"
)

// Each visits the items of a list or set, or the letters of a string, each a
// string of one code point, until visit fails. Null and other kinds have no
// items. Items that visit adds to the collection are not visited.
func Each(items value.Value, visit func(value.Value) error) error {
	switch items.Kind() {
	case value.KindList:
		list := items.List()
		for i := range list.Len() {
			if err := visit(list.At(i)); err != nil {
				return err
			}
		}
	case value.KindSet:
		for item := range items.Set().All() {
			if err := visit(item); err != nil {
				return err
			}
		}
	case value.KindString:
		for rest := items.Str(); rest != ""; {
			_, size := utf8.DecodeRuneInString(rest)
			if err := visit(value.String(rest[:size])); err != nil {
				return err
			}
			rest = rest[size:]
		}
	}
	return nil
}
