// Package management has the functions that edit the configurations of Metron and try
// out what they say. As threat triage evaluates expressions, the family is joined by
// hosts, with the environment that they evaluate in.
package management

import (
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Library returns the family. The rules of threat triage are evaluated in the
// environment that env returns, which may have these functions too, and so are the
// transformations of parsers. It is called when a message is scored or parsed. The store
// has the configurations of parsers that are made without one; it may be nil.
func Library(env func() *stellar.Env, store Store) fn.Library {
	return fn.Library{
		Name:      "management",
		Doc:       "configurations of Metron, to edit and to try out",
		Functions: slices.Concat(triageFunctions(env), enrichmentFunctions, sensorFunctions(env, store), parserFunctions, indexingFunctions),
	}
}

// configParam is the parameter of a configuration in JSON.
func configParam(doc string, null fn.NullRule) fn.Param {
	return fn.Param{Name: "config", Kinds: fn.String, Null: null, Doc: doc}
}
