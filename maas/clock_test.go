package maas

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestClock: what a clock says that is asked often is at most a tick old, and it stops when
// nobody asks.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock{start: time.Now()}
		time.Sleep(time.Hour)
		for range 100 {
			at := c.recent()
			require.LessOrEqual(t, at, c.now())
			require.LessOrEqual(t, c.now()-at, tickTime)
			time.Sleep(tickTime / 3)
			synctest.Wait()
		}
		time.Sleep(2 * tickTime)
		synctest.Wait()
		require.Zero(t, c.tick.Load())
		require.Equal(t, c.now(), c.recent())
	})
}
