package number

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIsInteger(t *testing.T) {
	for _, text := range []string{
		"0", "-5", "007", "1,000", "10,00", ",5", "-,5", "1,,0", "  5 ", "\x005", "-٥",
		"9223372036854775807", "-9223372036854775808", "9,223,372,036,854,775,807",
	} {
		require.True(t, isInteger(text), "%q", text)
	}
	for _, text := range []string{
		"", " ", "-", ",", "-,", "5,", "+5", "- 5", "--5", "5-", ",-5", ", 5", "5.0", "5a", "1e5", "1E5", "∞", "0x10", "1_000", "1 000",
		"½", "𝟓", "\u00a05", "9223372036854775808", "-9223372036854775809", "99999999999999999999",
	} {
		require.False(t, isInteger(text), "%q", text)
	}
}
