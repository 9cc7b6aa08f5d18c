package repl

import (
	"context"
	"errors"
	"sync"

	"github.com/stellarlang/stellar/stellar/fn"
)

// maxEvents is how many events a result holds.
const maxEvents = 1000

// events collects those of one evaluation after the other.
type events struct {
	observer func(fn.Event) // is told too; may be nil

	mu   sync.Mutex      // an observer may be called from any goroutine
	ctx  context.Context // of the evaluation
	list []fn.Event
	more int
}

// begin forgets the events of the evaluation before.
func (e *events) begin(ctx context.Context) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ctx, e.list, e.more = ctx, nil, 0
}

// end returns the events of the evaluation, and the number of those left out.
func (e *events) end() (list []fn.Event, more int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.list, e.more
}

// observe takes an event, unless it is that the evaluation was called off.
func (e *events) observe(event fn.Event) {
	if e.add(event) && e.observer != nil {
		e.observer(event)
	}
}

func (e *events) add(event fn.Event) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.ctx != nil && e.ctx.Err() != nil && errors.Is(event.Err, e.ctx.Err()):
		return false
	case len(e.list) == maxEvents:
		e.more++
	default:
		e.list = append(e.list, event)
	}
	return true
}
