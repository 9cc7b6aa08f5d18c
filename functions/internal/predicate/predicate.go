// Package predicate makes functions that test the form of a text, such as
// IS_DOMAIN.
package predicate

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Params are the parameters of a function with a body made by All.
var Params = []fn.Param{{
	Name: "values", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true,
	Doc: "what is to be tested; the text form counts; without any the result is false",
}}

// All makes a body that tests the text form of every argument.
func All(valid func(string) bool) fn.Body {
	return func(c *fn.Call) (value.Value, error) {
		for _, v := range c.Args {
			if text, ok := Text(v); !ok || !valid(text) {
				return value.Bool(false), nil
			}
		}
		return value.Bool(len(c.Args) > 0), nil
	}
}

// Text returns the text form of v. ok is false for null and for collections,
// whose text form has none of the forms tested and may be huge.
func Text(v value.Value) (text string, ok bool) {
	if v.IsNull() || v.IsContainer() {
		return "", false
	}
	return v.String(), true
}
