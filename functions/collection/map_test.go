package collection_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar"
)

func TestAllFieldsAreNotChanged(t *testing.T) {
	vars := stellar.Vars{"count": 1}
	for _, expression := range []string{"MAP_PUT('count', 2, _)", "MULTISET_ADD(_, 'count')", "MULTISET_REMOVE(_, 'count')"} {
		_, err := stellar.Eval(context.Background(), expression, vars)
		require.ErrorIs(t, err, stellar.ErrArgument, expression)
	}
	merged, err := stellar.Eval(context.Background(), "MAP_GET('count', MAP_MERGE([_, {'count' : 2}]))", vars)
	require.NoError(t, err)
	require.Equal(t, 2, merged)
}
