package subnet

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A table finds the networks that contain the address, and no others.
func TestTable(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	addresses := []string{"10.0.0.1", "10.0.0.255", "10.1.2.3", "192.168.1.1", "0.0.0.0", "255.255.255.255",
		"2001:db8::1", "2001:db8:ffff::", "::ffff:10.0.0.1", "::", "fe80::1%eth0", "[2001:db8::1]"}
	networks := []string{"0.0.0.0/0", "::/0", "::/95", "::ffff:0:0/96", "::ffff:10.0.0.0/104"}
	for range 200 {
		networks = append(networks, fmt.Sprintf("%d.%d.%d.%d/%d", []int{10, 192}[random.IntN(2)], []int{0, 1, 168}[random.IntN(3)],
			random.IntN(3), random.IntN(256), random.IntN(33)))
		networks = append(networks, fmt.Sprintf("2001:db8:%x::%x/%d", random.IntN(2)*0xffff, random.IntN(3), random.IntN(129)))
	}
	var table Table
	prefixes := map[Prefix]int32{}
	for _, text := range networks {
		p, err := ParsePrefix(text)
		require.NoError(t, err)
		number := table.Number(p)
		require.Equal(t, number, table.Number(p))
		prefixes[p] = number
	}
	require.Equal(t, len(prefixes), table.Len())
	found := 0
	for _, text := range addresses {
		a, ok := ParseAddress(text)
		require.True(t, ok, text)
		var want, got []int32
		for p, number := range prefixes {
			if p.Contains(a) {
				want = append(want, number)
			}
		}
		table.Visit(a, func(number int32) { got = append(got, number) })
		slices.Sort(want)
		slices.Sort(got)
		require.Equal(t, want, got, text)
		found += len(got)
	}
	require.Greater(t, found, 50)
}
