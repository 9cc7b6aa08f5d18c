// Package match has functions that compare as detection rules of other formats do, those
// of Sigma above all: a field has any number of values, each is compared as text without
// regard to case, and what is missing only does not match. Rule sets that were converted
// from such formats are made of them. Hosts of such sets join the family: the library of
// the language does not have it.
//
// None of the functions fails because of a message, and none returns null.
package match

import "github.com/stellarlang/stellar/stellar/fn"

// Library returns the family.
func Library() fn.Library {
	return fn.Library{Name: "match", Doc: "fields that are compared as Sigma rules do", Functions: []fn.Func{
		equalsAny, containsAny, containsAll, startsWithAny, endsWithAny, likeAny,
		findAny, inAnySubnet, compareAny, timeParts, valuesAt,
	}}
}

const anyMember = "Each value of a list, set or map in it is looked at, however deep; null has none. "

var valueParam = fn.Param{Name: "value", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the field: a text, number, true or false, or a collection of them"}
