package maas

import (
	"slices"
	"sync"
	"time"
)

// traffic is what goes on with the calls of one model.
type traffic struct {
	*queue
	retries *retryBudget
	shadows chan struct{} // slots of calls of shadow versions

	mu        sync.Mutex
	latencies [256]time.Duration // guarded by mu; of the last calls
	count     int                // guarded by mu; of all calls
	p95       time.Duration      // guarded by mu; of latencies, 0 if it is not known yet
}

// maxShadows bounds the calls of shadow versions under way, of one model. What is more
// is left out.
const maxShadows = 16

// traffic returns that of a model. All instances that no registry lists are one.
func (c *Client) traffic(model string) *traffic {
	if t, ok := c.models.Load(model); ok {
		return t.(*traffic)
	}
	t, _ := c.models.LoadOrStore(model, &traffic{
		queue: newQueue(c.options), retries: newRetryBudget(), shadows: make(chan struct{}, maxShadows),
	})
	return t.(*traffic)
}

// note takes note of how long an answer took.
func (t *traffic) note(took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.latencies[t.count%len(t.latencies)] = took
	t.count++
	if t.count%32 == 0 {
		known := slices.Clone(t.latencies[:min(t.count, len(t.latencies))])
		slices.Sort(known)
		t.p95 = known[len(known)*95/100]
	}
}

// patience is how long an instance is waited for before another one is asked too.
func (t *traffic) patience(o Options) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o.Hedge && t.p95 > 0 {
		return min(t.p95, o.Timeout/2)
	}
	return o.Timeout / 2
}
