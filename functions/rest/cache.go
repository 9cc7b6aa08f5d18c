package rest

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/stellarlang/stellar/stellar/value"
)

// The limits of what is kept.
const (
	maxAnswers   = 100_000
	maxCacheTime = 24 * time.Hour
	answerSize   = 256 // of an entry, besides its value
)

// cacheKey stands for all that an answer depends on.
type cacheKey [sha256.Size]byte

func keyOf(r *request) cacheKey {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%q %q %q %q %q %q %d %t ", r.method, r.target, r.login.user, r.login.passwordPath, r.proxy, r.proxyLogin, r.codes, r.verify)
	_, _ = h.Write(r.body)
	return cacheKey(h.Sum(nil))
}

// kept is an answer, null if it is empty.
type kept struct {
	answer value.Value
	until  time.Time
	size   int64
}

// cache keeps the answers that were used last.
type cache struct {
	most int64 // bytes

	mu      sync.Mutex
	size    int64
	answers *simplelru.LRU[cacheKey, kept]
}

func newCache(most int64) *cache {
	c := &cache{most: most}
	c.answers, _ = simplelru.NewLRU(maxAnswers, func(_ cacheKey, k kept) { c.size -= k.size }) // it fails only for a size below 1
	return c
}

func (c *cache) get(key cacheKey) (value.Value, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.answers.Get(key)
	if ok && !time.Now().Before(k.until) {
		c.answers.Remove(key)
		ok = false
	}
	return k.answer, ok
}

func (c *cache) put(key cacheKey, answer value.Value, age time.Duration) {
	k := kept{answer, time.Now().Add(age), answer.Size() + answerSize}
	if k.size > c.most {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers.Remove(key)
	c.answers.Add(key, k)
	for c.size += k.size; c.size > c.most; {
		c.answers.RemoveOldest()
	}
}
