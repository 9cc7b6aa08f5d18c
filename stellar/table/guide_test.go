package table_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/table/spec"
)

// TestGuide: the page names all that can be said of a table.
func TestGuide(t *testing.T) {
	for _, word := range slices.Concat(spec.Properties(), spec.Matches(), spec.Separators(), spec.Reloads()) {
		require.Contains(t, table.Guide(), "`"+word+"`", word)
	}
}
