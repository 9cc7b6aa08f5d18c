// Package management has the functions that edit the configurations of Metron and try
// out what they say. As threat triage evaluates expressions, the family is joined by
// hosts, with the environment that they evaluate in.
package management

import (
	"context"
	"slices"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Host is what the functions ask.
type Host struct {
	// Env returns the environment in which the rules of threat triage, the
	// transformations of parsers and the expressions of profiles are evaluated. It may
	// have these functions too, and is called when it is needed first.
	Env func() *stellar.Env
	// Store has the configurations of parsers that are made without one; nil has none.
	Store Store
	// Globals returns the global configuration, a map, or null without any. Nil has none.
	Globals func(ctx context.Context) (value.Value, error)
}

// Library returns the family.
func Library(h Host) fn.Library {
	env, store := h.Env, h.Store
	return fn.Library{
		Name: "management",
		Doc:  "configurations of Metron, to edit and to try out",
		Functions: slices.Concat(triageFunctions(env), enrichmentFunctions, sensorFunctions(env, store), parserFunctions, indexingFunctions,
			profilerFunctions(env, h.Globals)),
	}
}

// configParam is the parameter of a configuration in JSON.
func configParam(doc string, null fn.NullRule) fn.Param {
	return fn.Param{Name: "config", Kinds: fn.String, Null: null, Doc: doc}
}
