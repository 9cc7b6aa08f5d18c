package balance

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEjectionGrowsAndEndsWithAnAnswer(t *testing.T) {
	const url = "http://a"
	r, now := NewRandom(), time.Now()
	for _, want := range []time.Duration{5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600, 600} {
		r.Done(url, Outcome{Failed: true, End: now})
		now = now.Add(want*time.Second - 1)
		require.True(t, r.ejected(url, now))
		now = now.Add(1)
		require.False(t, r.ejected(url, now))
	}
	r.Done(url, Outcome{End: now}) // it lives
	r.Done(url, Outcome{Failed: true, End: now})
	require.True(t, r.ejected(url, now))
	require.False(t, r.ejected(url, now.Add(5*time.Second)))
	r.Done(url, Outcome{End: now})
	require.False(t, r.ejected(url, now))
}

func TestPickIsFairAmongTheWell(t *testing.T) {
	r, now := NewRandom(), time.Now()
	urls := []string{"http://a", "http://b", "http://c", "http://d", "http://e"}
	shares := func() map[string]int {
		const picks = 3000
		counts := map[string]int{}
		for range picks {
			counts[urls[r.pick(urls, now)]]++
		}
		for url, n := range counts {
			require.Greater(t, n, picks/len(counts)*4/5, url)
		}
		return counts
	}
	require.Len(t, shares(), 5)
	r.Done(urls[1], Outcome{Failed: true, End: now})
	r.Done(urls[2], Outcome{Failed: true, End: now})
	counts := shares()
	require.Len(t, counts, 3)
	require.NotContains(t, counts, urls[1])
	for _, url := range urls {
		r.Done(url, Outcome{Failed: true, End: now})
	}
	require.Len(t, shares(), 5, "better than none")
}
