package repl

import (
	"sync"

	"github.com/stellarlang/stellar/stellar/fn"
)

// maxEvents is how many events a result holds.
const maxEvents = 1000

// events collects those of one text after the other.
type events struct {
	observer func(fn.Event) // is told too; may be nil

	mu   sync.Mutex // an observer may be called from any goroutine
	list []fn.Event
	more int
}

// begin forgets the events of the text before.
func (e *events) begin() { _, _ = e.end() }

// end returns the events of a text, and the number of those left out.
func (e *events) end() (list []fn.Event, more int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	list, more = e.list, e.more
	e.list, e.more = nil, 0
	return list, more
}

func (e *events) observe(event fn.Event) {
	if e.observer != nil {
		e.observer(event)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.list) == maxEvents {
		e.more++
		return
	}
	e.list = append(e.list, event)
}
