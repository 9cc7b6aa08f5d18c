// Package compiled keeps what was made of texts, such as patterns, for other
// evaluations. Each one is charged for what it uses, whether it was made for it or
// before: its outcome does not depend on what others did.
package compiled

import (
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/stellarlang/stellar/stellar/fn"
)

const (
	maxKept      = 256
	maxKeptBytes = 4096 // of a text; longer ones are compiled each time
)

// Compiler makes something of a text, such as a regular expression of a pattern. It
// charges what that takes to the call.
type Compiler[T any] func(c *fn.Call, text string) (T, error)

// kept is what was made of a text, and what that took.
type kept[T any] struct {
	made T
	cost
}

type cost struct{ steps, bytes int64 }

// charge charges the cost to a budget.
func (c cost) charge(budget fn.Budget) error {
	if err := budget.Spend(c.steps); err != nil {
		return err
	}
	return budget.Allocate(c.bytes)
}

// Keep returns a compiler that keeps what was used last.
func Keep[T any](compile func(budget fn.Budget, text string) (T, error)) Compiler[T] {
	cache, _ := lru.New[string, kept[T]](maxKept) // it fails only for a size below 1
	return func(c *fn.Call, text string) (T, error) {
		if len(text) > maxKeptBytes {
			return compile(c, text)
		}
		if made, ok := c.Used(cache, text).(T); ok {
			return made, nil
		}
		if k, ok := cache.Get(text); ok {
			c.Use(cache, text, k.made)
			return k.made, k.charge(c)
		}
		m := meter{Budget: c}
		made, err := compile(&m, text)
		if err == nil {
			cache.Add(text, kept[T]{made, m.cost})
			c.Use(cache, text, made)
		}
		return made, err
	}
}

// meter is a budget that notes what is charged to it.
type meter struct {
	fn.Budget
	cost
}

// Spend implements fn.Budget.
func (m *meter) Spend(steps int64) error {
	m.steps += steps
	return m.Budget.Spend(steps)
}

// Allocate implements fn.Budget.
func (m *meter) Allocate(bytes int64) error {
	m.bytes += bytes
	return m.Budget.Allocate(bytes)
}
