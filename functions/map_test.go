package functions_test

import (
	"testing"

	"github.com/stellarlang/stellar/stellar"
)

func TestAllFieldsAreNotChanged(t *testing.T) {
	vars := stellar.Vars{"count": 1}
	for expression, want := range map[string]any{
		"MAP_PUT('count', 2, _)":                          stellar.ErrArgument,
		"MULTISET_ADD(_, 'count')":                        stellar.ErrArgument,
		"MULTISET_REMOVE(_, 'count')":                     stellar.ErrArgument,
		"MAP_GET('count', MAP_MERGE([_, {'count' : 2}]))": 2,
	} {
		requireResult(t, want, expression, vars)
	}
}
