package fn

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// Kinds is a set of kinds.
type Kinds uint16

// The kinds, and the unions that parameters usually accept.
const (
	Bool     Kinds = 1 << value.KindBool
	Int      Kinds = 1 << value.KindInt
	Long     Kinds = 1 << value.KindLong
	Float    Kinds = 1 << value.KindFloat
	Double   Kinds = 1 << value.KindDouble
	BigInt   Kinds = 1 << value.KindBigInt
	String   Kinds = 1 << value.KindString
	List     Kinds = 1 << value.KindList
	Map      Kinds = 1 << value.KindMap
	Set      Kinds = 1 << value.KindSet
	Lambda   Kinds = 1 << value.KindLambda
	Object   Kinds = 1 << value.KindObject
	Number         = Int | Long | Float | Double | BigInt
	Integer        = Int | Long | BigInt
	Iterable       = List | Set
	Any            = Bool | Number | String | List | Map | Set | Lambda | Object
)

// Of returns the set of one kind.
func Of(k value.Kind) Kinds { return 1 << k }

// Has reports whether k is in the set.
func (s Kinds) Has(k value.Kind) bool { return s&(1<<k) != 0 }

// String lists the kinds for people: "string", "number or list"; "null" for the
// empty set, as null belongs to no set.
func (s Kinds) String() string { return s.text(nil) }

// text is String of kinds whose objects are those of a type, if it is not nil.
func (s Kinds) text(objects *Type) string {
	if s == Any && objects == nil {
		return "any"
	}
	var names []string
	for _, group := range []struct {
		kinds Kinds
		name  string
	}{{Number, "number"}, {Integer, "integer"}} {
		if s&group.kinds == group.kinds {
			names = append(names, group.name)
			s &^= group.kinds
		}
	}
	for k := value.KindBool; k <= value.KindObject; k++ {
		switch {
		case s.Has(k) && k == value.KindObject:
			names = append(names, objects.String())
		case s.Has(k):
			names = append(names, k.String())
		}
	}
	switch n := len(names); n {
	case 0:
		return value.KindNull.String()
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
}

// Indefinite returns the kinds with their article, if they have one: "a string",
// "an int or list", "null".
func (s Kinds) Indefinite() string { return s.indefinite(nil) }

func (s Kinds) indefinite(objects *Type) string {
	text := s.text(objects)
	if s&Any == 0 || text == Any.String() {
		return text
	}
	return withArticle(text)
}

// withArticle puts the indefinite article before a noun.
func withArticle(noun string) string {
	if strings.IndexByte("aeiouAEIOU", noun[0]) >= 0 {
		return "an " + noun
	}
	return "a " + noun
}
