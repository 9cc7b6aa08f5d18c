package replay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
	for _, s := range r.sources {
		input, err := s.Open()
		if err != nil {
			r.failed = err
			return
		}
		more := r.source(s.Name, input, &number, yield)
		_ = input.Close() // it was only read
		if !more {
			return
		}
	}
}

// byteOrderMark is what some programs put before a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

// source yields the lines of a source. It reports whether the next one is wanted.
func (r *lineReader) source(name string, input io.Reader, number *int64, yield func(line) bool) (more bool) {
	lines := stream.NewLines(r.ctx, input)
	located, _ := input.(stream.Located)
	for n := int64(1); ; n++ {
		text, err := lines.Next()
		at := stream.Place{Source: name, Line: n}
		if located != nil {
			at = located.Locate(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			return true
		case r.ctx.Err() != nil:
			return false
		case errors.Is(err, stream.ErrLongLine):
			text = nil
		case err != nil:
			r.failed = fmt.Errorf("%v: %w", at, err)
			return false
		}
		if n == 1 {
			text = bytes.TrimPrefix(text, byteOrderMark)
		}
		if err == nil && len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		*number++
		l := line{at: at, number: *number, text: bytes.Clone(text), err: err}
		if !r.reserve(l) || !yield(l) {
			return false
		}
	}
}

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
