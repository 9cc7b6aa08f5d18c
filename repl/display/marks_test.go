package display_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/repl/display"
	"github.com/stellarlang/stellar/stellar/value"
)

// scalars shows the kind of each scalar.
type scalars struct{ bytes.Buffer }

func (s *scalars) WriteScalar(kind value.Kind, text string) error {
	_, err := fmt.Fprintf(s, "<%v %s>", kind, text)
	return err
}

// TestScalars: a writer may show scalars as it likes, and nothing else changes.
func TestScalars(t *testing.T) {
	for expression, want := range map[string]string{
		"null": "<null null>",
		"{'a' : 1, 'b' : [null, 'x', 2.5, true]}": "{'a': <int 1>, 'b': [<null null>, <string 'x'>, <double 2.5>, <bool true>]}",
		"[{'a' : 1, 'b' : [1]}, {'a' : null}]":    "   a │ b\n─────┼────\n   <int 1> │ [1]\n<null null> │",
	} {
		v := of(t, expression)
		var got scalars
		_, err := display.Write(t.Context(), &got, v, display.Options{Width: 80})
		require.NoError(t, err)
		require.Equal(t, want+"\n", got.String())
	}
	items := make([]value.Value, 5000)
	for i := range items {
		items[i] = value.String(strings.Repeat("\x0e\x0f", i%7))
	}
	all := value.ListOf(items...)
	for _, format := range display.Formats() {
		var plain bytes.Buffer
		options := display.Options{Format: format, Width: 60}
		_, err := display.Write(t.Context(), &plain, all, options)
		require.NoError(t, err)
		var marked scalars
		_, err = display.Write(t.Context(), &marked, all, options)
		require.NoError(t, err)
		require.Equal(t, plain.String(), strings.NewReplacer("<string ", "", ">", "").Replace(marked.String()))
	}
}
