package repl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// maxLine bounds the bytes of a line of input.
const maxLine = 16 << 20

// byteOrderMark is what some programs put before a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

// bufferSize is that of input and output.
const bufferSize = 64 << 10

// errLongLine says that a line is longer than maxLine. The lines after it can
// still be read.
var errLongLine = fmt.Errorf("the line is longer than %d MiB", maxLine>>20)

// lineReader reads lines, and can be called off while it waits.
type lineReader struct {
	buffered *bufio.Reader
	long     []byte // a line that did not fit the buffer
}

// newLineReader makes a reader. Each time that there is no complete line left
// and the source is asked for more, it calls before; an error of that is an
// error of next. When ctx ends, next gives its error.
func newLineReader(ctx context.Context, source io.Reader, before func() error) *lineReader {
	return &lineReader{buffered: bufio.NewReaderSize(&abandonable{ctx: ctx, source: source, before: before}, bufferSize)}
}

// next returns the next line without its line feed, valid until the next call;
// io.EOF after the last one, errLongLine for a line that is too long.
func (r *lineReader) next() ([]byte, error) {
	r.long = r.long[:0]
	tooLong := false
	for {
		part, err := r.buffered.ReadSlice('\n')
		if n := len(part); n > 0 && part[n-1] == '\n' {
			part = part[:n-1]
		}
		if tooLong = tooLong || len(r.long)+len(part) > maxLine; tooLong {
			r.long = nil
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if !tooLong {
				r.long = append(r.long, part...)
			}
			continue
		case errors.Is(err, io.EOF) && (len(part) > 0 || len(r.long) > 0 || tooLong):
			err = nil // the last line has no line feed
		}
		switch {
		case err != nil:
			return nil, err
		case tooLong:
			return nil, errLongLine
		case len(r.long) == 0:
			return part, nil
		}
		r.long = append(r.long, part...)
		return r.long, nil
	}
}

// abandonable is a reader whose Read ends when its context does. The read that
// was under way goes on in the background, into a buffer of its own.
type abandonable struct {
	ctx    context.Context
	source io.Reader
	before func() error
	buffer []byte
	result chan readResult
}

type readResult struct {
	n   int
	err error
}

func (a *abandonable) Read(p []byte) (int, error) {
	if err := a.before(); err != nil {
		return 0, err
	}
	if a.result == nil {
		a.result = make(chan readResult, 1)
		a.buffer = make([]byte, bufferSize)
	}
	n := min(len(p), len(a.buffer))
	go func() {
		n, err := a.source.Read(a.buffer[:n])
		a.result <- readResult{n, err}
	}()
	select {
	case r := <-a.result:
		return copy(p, a.buffer[:r.n]), r.err
	case <-a.ctx.Done():
		return 0, a.ctx.Err()
	}
}

// maxLag bounds the time for which a line waits for the ones written with it,
// not counting that until the next line.
const maxLag = 100 * time.Millisecond

// lineWriter collects lines and writes them in large parts, never a part of a
// line by itself.
type lineWriter struct {
	w      io.Writer
	buffer []byte
	began  time.Time // when the first line came into the buffer
	err    error     // the first; nothing is written after it
}

// add takes a line that appendLine appends to the buffer.
func (w *lineWriter) add(appendLine func([]byte) []byte) {
	if w.err != nil {
		return
	}
	now := time.Now()
	if len(w.buffer) == 0 {
		w.began = now
	}
	w.buffer = append(appendLine(w.buffer), '\n')
	if len(w.buffer) >= bufferSize || now.Sub(w.began) > maxLag {
		_ = w.flush() // kept in err
	}
}

// flush writes what was collected, and gives the first error there was.
func (w *lineWriter) flush() error {
	if w.err == nil && len(w.buffer) > 0 {
		_, w.err = w.w.Write(w.buffer)
		w.buffer = w.buffer[:0]
		if cap(w.buffer) > 1<<20 {
			w.buffer = nil
		}
	}
	return w.err
}
