package maas

import (
	"time"
	"unsafe"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/stellarlang/stellar/stellar/value"
)

// cache keeps answers and, for a shorter time, failures. It is bounded by
// entries and by bytes of memory; the least recently used go first. Client.mu guards it.
type cache struct {
	entries  *simplelru.LRU[string, *cached]
	bytes    int64
	maxBytes int64
}

// cached is what became of a call, and does not change. Times count from the start of the client.
type cached struct {
	answer  value.Value // frozen
	err     error
	bytes   int64         // of memory, with the key
	fresh   time.Duration // until then it is the outcome of equal calls
	expires time.Duration // until then it is, while it is asked for anew
}

// entryBytes is the memory of an entry beside its key and answer.
const entryBytes = 256

func newCache(maxEntries int, maxBytes int64) *cache {
	c := &cache{maxBytes: maxBytes}
	// The size is positive, so there is no error.
	c.entries, _ = simplelru.NewLRU(maxEntries, func(_ string, e *cached) { c.bytes -= e.bytes })
	return c
}

// get returns what is known under key, nil if that is nothing.
func (c *cache) get(key []byte, now time.Duration) *cached {
	// The key is only looked at.
	e, ok := c.entries.Get(unsafe.String(unsafe.SliceData(key), len(key)))
	if ok && now > e.expires {
		c.entries.Remove(string(key))
		return nil
	}
	return e
}

// put keeps e, unless it is larger than the cache may be.
func (c *cache) put(key string, e *cached) {
	e.bytes = entryBytes + int64(len(key)) + e.answer.Size()
	if e.err != nil {
		e.bytes += 2 * int64(len(e.err.Error())) // it wraps the errors that its text is made of
	}
	if e.bytes > c.maxBytes {
		return
	}
	c.entries.Remove(key)
	c.entries.Add(key, e)
	for c.bytes += e.bytes; c.bytes > c.maxBytes; {
		c.entries.RemoveOldest()
	}
}
