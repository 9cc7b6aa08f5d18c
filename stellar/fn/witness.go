package fn

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn/subnet"
	"github.com/stellarlang/stellar/stellar/value"
)

// Witness says what must hold of an argument wherever a call is true, so that an index
// over many rules finds those that cannot be. The zero Witness says nothing.
//
// It is a promise about calls whose other arguments are the constants that were given.
// If the argument is null, or a string of at most TestedText bytes, and none of the
// tests holds of it, then the call does not fail, is false or null, allocates nothing
// and takes at most TestedSteps steps. With Converts the same is promised for other
// values. Whether or not a test holds, such a call of a null or short string does not
// fail, if Total says so.
type Witness struct {
	// Known says that there is a witness. Without tests the call is never true.
	Known bool
	// Arg is the index of the argument that the tests look at.
	Arg int
	// Tests are those of which one holds if the call is true.
	Tests []Test
	// Converts says that a bool, and a number that is no bigint, counts by its text
	// form, and a list or set of at most TestedItems such values and strings, and
	// nulls, which count as false, by each of its items.
	Converts bool
	// Total says that the promise not to fail, to allocate nothing and to take few
	// steps holds for true calls too.
	Total bool
}

// The sizes up to which a Witness promises something.
const (
	TestedText  = 4 << 10 // bytes
	TestedItems = 64
	TestedSteps = 100_000
)

// Test is a test of a text.
type Test struct {
	Kind TestKind
	// Text is what the text is compared with, unless the kind is InNetwork. Tests for
	// the empty text always hold, but for Equals.
	Text string
	// Fold compares without regard to case: value.Fold of both. As that joins all that
	// any notion of case takes for the same, it suits functions with other ones too.
	Fold bool
	// Network is that of InNetwork.
	Network subnet.Prefix
}

// TestKind is what a Test looks for.
type TestKind uint8

const (
	// Equals: the text is Test.Text.
	Equals TestKind = iota
	// HasPrefix: it begins with it.
	HasPrefix
	// HasSuffix: it ends with it.
	HasSuffix
	// HasPart: it contains it.
	HasPart
	// InNetwork: it is an address in Test.Network, as subnet.ParseAddress reads it.
	InNetwork
)

// Holds reports whether the test holds of a text.
func (t *Test) Holds(text string) bool {
	of := t.Text
	if t.Fold {
		text, of = value.Fold(text), value.Fold(of)
	}
	switch t.Kind {
	case Equals:
		return text == of
	case HasPrefix:
		return strings.HasPrefix(text, of)
	case HasSuffix:
		return strings.HasSuffix(text, of)
	case HasPart:
		return strings.Contains(text, of)
	}
	address, ok := subnet.ParseAddress(text)
	return ok && t.Network.Contains(address)
}

// TextWitness is the Witness of functions that look for one constant text in another
// argument, as most of them do: their argument arg is tested for the text that is
// argument constant, of the kind given.
func TextWitness(kind TestKind, arg, constant int, fold bool) func(Constants) Witness {
	return func(constants Constants) Witness {
		v, known := constants.Get(constant)
		switch {
		case !known:
			return Witness{}
		case v.IsNull():
			return Witness{Known: true, Arg: arg, Total: true}
		case v.Kind() != value.KindString || len(v.Str()) > TestedText:
			return Witness{}
		}
		return Witness{Known: true, Arg: arg, Total: true, Tests: []Test{{Kind: kind, Text: v.Str(), Fold: fold}}}
	}
}
