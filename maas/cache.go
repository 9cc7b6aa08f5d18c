package maas

import (
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/stellarlang/stellar/stellar/value"
)

// cache keeps answers and, for a shorter time, failures. It is bounded by
// entries and by bytes of memory; the least recently used go first. Client.mu guards it.
type cache struct {
	entries  *simplelru.LRU[string, cached]
	bytes    int64
	maxBytes int64
}

type cached struct {
	answer  value.Value // frozen
	err     error
	url     string // of the instance that answered
	bytes   int64  // of memory, with the key
	expires time.Time
}

func newCache(maxEntries int, maxBytes int64) *cache {
	c := &cache{maxBytes: maxBytes}
	// The size is positive, so there is no error.
	c.entries, _ = simplelru.NewLRU(maxEntries, func(_ string, e cached) { c.bytes -= e.bytes })
	return c
}

// get returns what is known under key. A failure holds for the instance alone
// that failed: another one is worth a try.
func (c *cache) get(key, url string, now time.Time) (cached, bool) {
	e, ok := c.entries.Get(key)
	switch {
	case !ok:
		return cached{}, false
	case now.After(e.expires):
		c.entries.Remove(key)
		return cached{}, false
	}
	return e, e.err == nil || e.url == url
}

// put keeps e, unless it is larger than the cache may be.
func (c *cache) put(key string, e cached) {
	e.bytes = int64(len(key)) + e.answer.Size()
	if e.bytes > c.maxBytes {
		return
	}
	c.entries.Remove(key)
	c.entries.Add(key, e)
	for c.bytes += e.bytes; c.bytes > c.maxBytes; {
		c.entries.RemoveOldest()
	}
}
