package text

import (
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/stellarlang/stellar/stellar/fn"
)

const (
	maxCached      = 256
	maxCachedBytes = 4096 // of a text; longer ones are compiled each time
)

// compiler makes something of a text, such as a regular expression of a pattern. It
// charges what that takes to the call.
type compiler[T any] func(c *fn.Call, text string) (T, error)

// cached returns a compiler that keeps what was used last.
func cached[T any](compile compiler[T]) compiler[T] {
	cache, err := lru.New[string, T](maxCached)
	if err != nil { // not for a positive size
		return compile
	}
	return func(c *fn.Call, text string) (T, error) {
		if compiled, ok := cache.Get(text); ok {
			return compiled, nil
		}
		compiled, err := compile(c, text)
		if err == nil && len(text) <= maxCachedBytes {
			cache.Add(text, compiled)
		}
		return compiled, err
	}
}
