package text

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/value"
)

// Wherever a text stands in another, its BASE64 is found.
func TestBase64Forms(t *testing.T) {
	for _, part := range []string{"IEX", "http://", "päss", "MZ\x90"} {
		for before := range 10 {
			for after := range 5 {
				text := strings.Repeat("x", before) + part + strings.Repeat("y", after)
				forms, err := base64Forms(value.String(part), false)
				require.NoError(t, err)
				require.True(t, containsOneOf(base64.StdEncoding.EncodeToString([]byte(text)), forms), "%q in %q", part, text)
			}
		}
		forms, err := base64Forms(value.String(part), false)
		require.NoError(t, err)
		require.False(t, containsOneOf(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("nothing of it", 20))), forms))
	}
	_, err := base64Forms(value.String("ab"), false)
	require.ErrorContains(t, err, "too short")
}
