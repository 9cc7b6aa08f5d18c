package maas

import (
	"sync/atomic"
	"time"
)

// clock is the time since it was started.
type clock struct {
	start time.Time
	tick  atomic.Int64 // the time at the last tick, 0 while it does not tick
	asked atomic.Bool  // for recent, since the last tick
}

// tickTime is between two ticks of a clock.
const tickTime = 5 * time.Millisecond

// isBrief reports whether a tick is much of a time, if that is above 0.
func isBrief(d time.Duration) bool { return d > 0 && d < 100*tickTime }

func (c *clock) now() time.Duration { return time.Since(c.start) }

// recent returns about what now did at the last tick. It costs next to nothing, where
// reading the time takes longer than finding an answer in the cache. A clock ticks as
// long as it is asked.
func (c *clock) recent() time.Duration {
	at := time.Duration(c.tick.Load())
	if at == 0 {
		at = max(c.now(), 1)
		if c.tick.CompareAndSwap(0, int64(at)) {
			time.AfterFunc(tickTime, c.next)
		}
	}
	if !c.asked.Load() {
		c.asked.Store(true)
	}
	return at
}

// next makes a tick, or stops the clock if nobody asked since the last one.
func (c *clock) next() {
	if !c.asked.Swap(false) {
		c.tick.Store(0)
		return
	}
	c.tick.Store(int64(c.now()))
	time.AfterFunc(tickTime, c.next)
}
