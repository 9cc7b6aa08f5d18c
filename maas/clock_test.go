package maas

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestClock: what a clock says that is asked often is at most a tick old, and no timer is
// left when nobody asks.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock{start: time.Now(), Mutex: new(sync.Mutex)}
		recent := func() time.Duration {
			c.Lock()
			defer c.Unlock()
			return c.recent()
		}
		time.Sleep(time.Hour)
		for range 100 {
			at := recent()
			require.LessOrEqual(t, at, c.now())
			require.LessOrEqual(t, c.now()-at, tickTime)
			time.Sleep(tickTime / 3)
			synctest.Wait()
		}
		time.Sleep(tickTime)
		synctest.Wait()
		require.False(t, c.ticking)
		require.Equal(t, c.now(), recent())
	})
}

// TestClockWithoutTicks: a clock whose timer is late, as after a stop of the process, soon
// says what time it is.
func TestClockWithoutTicks(t *testing.T) {
	c := clock{start: time.Now().Add(-time.Hour), Mutex: new(sync.Mutex), latest: time.Minute, ticking: true}
	for range maxAsked {
		c.recent()
	}
	require.GreaterOrEqual(t, c.recent(), time.Hour)
}
