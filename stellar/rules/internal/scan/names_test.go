package scan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNames finds names of all lengths among members, and none that is not there.
func TestNames(t *testing.T) {
	var list []string
	for length := range 40 {
		for _, letter := range []string{"a", "b"} {
			if name := strings.Repeat("x", length) + letter; length%3 > 0 {
				list = append(list, name)
			}
		}
	}
	list = append(list, "", "é", `"`)
	names, found := NewNames(list), make([]int32, len(list))
	require.Equal(t, len(list), names.Len())
	for i, name := range list {
		var text Text
		text.Set(fmt.Appendf(nil, `{"other":1, %q:%q, "y%s":2}`, name, name, strings.ReplaceAll(name, `"`, "")))
		members, _, ok := Object(&text, names, found, nil)
		require.True(t, ok)
		require.Equal(t, name, members[1].Name)
		require.Equal(t, i, names.Place(name))
		for place, number := range found {
			if place == i {
				require.EqualValues(t, 2, number, name)
			} else {
				require.Zero(t, number, name)
			}
		}
	}
	require.Negative(t, names.Place("xc"))
	require.Negative(t, (*Names)(nil).Place("a"))
}
