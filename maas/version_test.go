package maas

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompareVersionsOrders(t *testing.T) {
	oldestFirst := []string{
		"latest", "", "0.9", "1.0-alpha", "1.0-alpha.1", "1.0.0-alpha.beta", "1.0b2", "1.0-beta", "1.0-rc2", "1.0-RC10",
		"1.0-SNAPSHOT", "1.0", "1.0.1", "1.2", "1.10-rc1", "1.10", "9.0", "v10.0", "2024-01-31", "2024-02-01",
		"99999999999999999999", "100000000000000000000",
	}
	for i, older := range oldestFirst {
		for j, newer := range oldestFirst {
			switch order := CompareVersions(older, newer); {
			case i < j:
				require.Negative(t, order, "%q, %q", older, newer)
			case i > j:
				require.Positive(t, order, "%q, %q", older, newer)
			default:
				require.Zero(t, order, "%q, %q", older, newer)
			}
		}
	}
}

func TestCompareVersionsEqual(t *testing.T) {
	for _, pair := range [][2]string{
		{"1", "1.0.0"}, {"v1.2", "1.2"}, {"1.2+build7", "1.2"}, {"01.002", "1.2"},
		{"1.0-rc1", "1.0.0-RC.1"}, {"1.2-3", "1.2.3"}, {"0", ""},
	} {
		require.Zero(t, CompareVersions(pair[0], pair[1]), "%q", pair)
		require.Zero(t, CompareVersions(pair[1], pair[0]), "%q", pair)
	}
}
