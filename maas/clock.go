package maas

import (
	"sync"
	"time"
)

// clock is the time since it was started.
type clock struct {
	start       time.Time
	*sync.Mutex // guards what follows

	latest  time.Duration // that was read; 0 if that is a tick ago
	asked   int           // for recent, since then
	ticking bool          // a timer will set latest to 0
}

// tickTime is how old the time may be that recent returns.
const tickTime = 5 * time.Millisecond

// maxAsked is how often recent returns one time. A timer alone is late where all
// processors are busy, or the process was stopped.
const maxAsked = 32

// isBrief reports whether a tick is much of a time, if that is above 0.
func isBrief(d time.Duration) bool { return d > 0 && d < 100*tickTime }

func (c *clock) now() time.Duration { return time.Since(c.start) }

// recent returns about what now does. It costs next to nothing, where reading the time
// takes longer than finding an answer in the cache. The mutex is locked.
func (c *clock) recent() time.Duration {
	if c.asked++; c.latest == 0 || c.asked > maxAsked {
		c.latest, c.asked = c.now(), 1
		if !c.ticking {
			c.ticking = true
			time.AfterFunc(tickTime, c.tick)
		}
	}
	return c.latest
}

// tick ends the time that recent returns.
func (c *clock) tick() {
	c.Lock()
	defer c.Unlock()
	c.latest, c.ticking = 0, false
}
