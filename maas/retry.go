package maas

import (
	"sync"
	"time"
)

// retryBudget bounds how many attempts there are beside the first ones of calls of a
// model, so that retries do not overwhelm what is left of it when it fails.
type retryBudget struct {
	mu      sync.Mutex
	tokens  float64
	updated time.Duration // since the start of the client
}

const (
	retriesPerCall   = 0.2 // in the long run
	retriesPerSecond = 10  // at any rate
	mostRetries      = 200 // at once
)

func newRetryBudget() *retryBudget { return &retryBudget{tokens: mostRetries} }

// earn takes note of a call.
func (b *retryBudget) earn() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.tokens+retriesPerCall, mostRetries)
}

// take reports whether there may be another attempt now.
func (b *retryBudget) take(now time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens = min(b.tokens+retriesPerSecond*(now-b.updated).Seconds(), mostRetries)
	b.updated = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
