package stream

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// OutputError says that the output failed.
type OutputError struct{ Err error }

// Error returns what failed.
func (e *OutputError) Error() string { return e.Err.Error() }

// Unwrap returns the error of the output.
func (e *OutputError) Unwrap() error { return e.Err }

// ErrBlocked is the error of an output that takes nothing though the run is to end.
var ErrBlocked = errors.New("nobody takes what is written")

// maxLag bounds the time for which a line waits for the ones written with it,
// not counting that until the next line.
const maxLag = 100 * time.Millisecond

// lastChance is how long a write may take when writing was called off before it
// began.
const lastChance = 200 * time.Millisecond

// output collects lines and writes them in large parts, of whole lines unless they
// are too long.
type output struct {
	w       io.Writer
	name    string          // empty for that of messages
	off     <-chan struct{} // closed when a write that does not end is abandoned
	buffer  []byte
	lines   int64     // that end in the buffer
	written int64     // lines that were
	began   time.Time // when the first line came into the buffer
	err     error     // the first; nothing is written after it
}

// line takes a line that appendLine appends to the buffer.
func (o *output) line(appendLine func([]byte) []byte) {
	if o.err != nil {
		return
	}
	now := time.Now()
	if len(o.buffer) == 0 {
		o.began = now
	}
	o.buffer = append(appendLine(o.buffer), '\n')
	o.lines++
	if len(o.buffer) >= bufferSize || now.Sub(o.began) > maxLag {
		_ = o.flush() // kept in err
	}
}

// flushLate writes lines that have waited for too long, where other lines may not come
// for a while.
func (o *output) flushLate() {
	if len(o.buffer) > 0 && time.Since(o.began) > maxLag {
		_ = o.flush() // kept in err
	}
}

// part takes a part of a line, which line ends.
func (o *output) part(part []byte) {
	if o.err != nil {
		return
	}
	if len(o.buffer) == 0 {
		o.began = time.Now()
	}
	if o.buffer = append(o.buffer, part...); len(o.buffer) >= bufferSize {
		_ = o.flush() // kept in err
	}
}

// flush writes what was collected, and returns the first error there was, an
// *OutputError.
func (o *output) flush() error {
	if o.err != nil || len(o.buffer) == 0 {
		return o.err
	}
	if err := o.write(); err != nil {
		o.err = &OutputError{err}
		if o.name != "" {
			o.err = fmt.Errorf("%s: %w", o.name, err)
		}
		return o.err
	}
	o.written += o.lines
	o.lines = 0
	if o.buffer = o.buffer[:0]; cap(o.buffer) > 1<<20 {
		o.buffer = nil
	}
	return nil
}

// write writes the buffer in the background, so that it can be abandoned with it.
func (o *output) write() error {
	done := make(chan error, 1)
	go func() {
		_, err := o.w.Write(o.buffer)
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-o.off:
	}
	select {
	case err := <-done:
		return err
	case <-time.After(lastChance):
		return ErrBlocked
	}
}
