package zookeeper

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestServers tries servers that never answer, and then one that did and is lost.
func TestServers(t *testing.T) {
	s := &servers{session: 10 * time.Second, closing: func() bool { return false }}
	s.Init([]string{"a:1", "b:1", "c:1"})
	type attempt struct {
		address  string
		longest  time.Duration // pause, which is at least half of it
		patience time.Duration
	}
	check := func(want []attempt) {
		for n, a := range want {
			address, libraryPauses := s.Next()
			require.False(t, libraryPauses)
			pause, patience := s.attempt()
			require.Equal(t, a.address, address, n)
			require.Equal(t, a.patience, patience, n)
			require.LessOrEqual(t, pause, a.longest, n)
			require.GreaterOrEqual(t, pause, a.longest/2, n)
		}
	}
	ms := time.Millisecond
	check([]attempt{
		{"a:1", 0, 625 * ms}, {"b:1", 0, 1250 * ms}, {"c:1", 0, 2500 * ms},
		{"a:1", 50 * ms, 5000 * ms}, {"b:1", 0, 5000 * ms}, {"c:1", 0, 5000 * ms},
		{"a:1", 100 * ms, 5000 * ms}, {"b:1", 0, 5000 * ms},
	})
	s.Connected() // to b, so that all but b come first
	check([]attempt{{"c:1", 0, 625 * ms}, {"a:1", 0, 1250 * ms}, {"b:1", 50 * ms, 2500 * ms}})
}

func TestBackoff(t *testing.T) {
	const longest = 300 * time.Millisecond
	pauses := backoff{longest: longest}
	different := make(map[time.Duration]bool)
	for range 100 {
		pauses.reset()
		for _, whole := range []time.Duration{50, 100, 200, 300, 300} {
			whole *= time.Millisecond
			pause := pauses.next()
			require.GreaterOrEqual(t, pause, whole/2)
			require.Less(t, pause, whole)
			different[pause] = true
		}
	}
	require.Greater(t, len(different), 400, "clients of one ensemble should not come together")
}
