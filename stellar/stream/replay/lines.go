package replay

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/stellarlang/stellar/stellar/stream"
)

// maxInFlight bounds the bytes of lines that were read and not dealt with; a single line
// may be longer.
const maxInFlight = 64 << 20

// line is a line of a source, or why it cannot be read as one.
type line struct {
	at     stream.Place
	number int64 // of all sources
	text   []byte
	err    error
}

// lineReader reads the lines of sources.
type lineReader struct {
	ctx     context.Context
	sources []stream.Source
	failed  error // why reading has ended before the last source did

	mu       sync.Mutex
	released sync.Cond
	inFlight int // bytes
	room     int // for them
}

func newLineReader(ctx context.Context, sources []stream.Source) *lineReader {
	r := &lineReader{ctx: ctx, sources: sources, room: maxInFlight}
	r.released.L = &r.mu
	return r
}

// all yields the lines of all sources but blank ones. Each must be released.
func (r *lineReader) all(yield func(line) bool) {
	stop := context.AfterFunc(r.ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.released.Broadcast()
	})
	defer stop()
	number := int64(0)
	err := stream.EachLine(r.ctx, r.sources, func(at stream.Place, text []byte, err error) error {
		if err != nil {
			text = nil
		}
		number++
		l := line{at: at, number: number, text: bytes.Clone(text), err: err}
		if !r.reserve(l) || !yield(l) {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) && r.ctx.Err() == nil {
		r.failed = err
	}
}

// errEnough says that no more lines are wanted.
var errEnough = errors.New("enough")

// reserve waits until there is room for a line. It reports false if ctx ends before.
func (r *lineReader) reserve(l line) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.inFlight > 0 && r.inFlight+len(l.text) > r.room && r.ctx.Err() == nil {
		r.released.Wait()
	}
	r.inFlight += len(l.text)
	return r.ctx.Err() == nil
}

// release makes room when a line was dealt with.
func (r *lineReader) release(l line) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.inFlight -= len(l.text)
	r.released.Broadcast()
}
