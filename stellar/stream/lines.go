package stream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
)

// maxLine bounds the bytes of a line that is read as a whole.
const maxLine = 16 << 20

// bufferSize is that of input and output.
const bufferSize = 64 << 10

// ErrLongLine says that a line is longer than 16 MiB.
var ErrLongLine = fmt.Errorf("the line is longer than %d MiB", maxLine>>20)

// Lines reads lines, and can be called off while it waits.
type Lines struct {
	buffered   *bufio.Reader
	long       []byte // a line that did not fit the buffer
	unfinished bool   // the line that was begun is too long, and has more parts
}

// NewLines returns a reader of lines. When ctx ends, reading fails with its error.
func NewLines(ctx context.Context, source io.Reader) *Lines {
	return newLines(ctx, source, func() error { return nil }, nil)
}

// newLines returns a reader that calls idle each time when there is no complete line
// left and the source is asked for more, and again whenever something comes from
// woken until the source has answered. An error of idle is one of reading.
func newLines(ctx context.Context, source io.Reader, idle func() error, woken <-chan struct{}) *Lines {
	input := &abandonable{ctx: ctx, source: source, idle: idle, woken: woken}
	return &Lines{buffered: bufio.NewReaderSize(input, bufferSize)}
}

// Next returns the next line without its line feed, valid until the next call;
// io.EOF after the last one. With ErrLongLine it returns the beginning of a line that
// is too long, of which Rest returns the parts that are left.
func (l *Lines) Next() ([]byte, error) {
	for l.unfinished {
		if _, err := l.Rest(); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	if l.long = l.long[:0]; cap(l.long) > maxLine {
		l.long = nil
	}
	for {
		part, ended, err := l.part(len(l.long) > 0)
		switch {
		case err != nil:
			return nil, err
		case ended && len(l.long) == 0:
			return part, nil
		}
		l.long = append(l.long, part...)
		switch {
		case len(l.long) > maxLine:
			l.unfinished = !ended
			return l.long, ErrLongLine
		case ended:
			return l.long, nil
		}
	}
}

// Rest returns the next part of a line that is too long, valid until the next call;
// io.EOF at the end of the line.
func (l *Lines) Rest() ([]byte, error) {
	if !l.unfinished {
		return nil, io.EOF
	}
	part, ended, err := l.part(true)
	l.unfinished = err == nil && !ended
	return part, err
}

// part reads up to the end of the line, or of the buffer. If begun is true, the line
// has parts already, and is one even if nothing follows.
func (l *Lines) part(begun bool) (part []byte, ended bool, err error) {
	part, err = l.buffered.ReadSlice('\n')
	switch {
	case err == nil:
		return part[:len(part)-1], true, nil
	case errors.Is(err, bufio.ErrBufferFull):
		return part, false, nil
	case errors.Is(err, io.EOF) && (begun || len(part) > 0):
		return part, true, nil // the last line has no line feed
	}
	return nil, false, err
}

// abandonable is a reader whose Read ends when its context does. The read that
// was under way goes on in the background, into a buffer of its own.
type abandonable struct {
	ctx    context.Context
	source io.Reader
	idle   func() error
	woken  <-chan struct{} // calls idle again; may be nil
	buffer []byte
	result chan readResult
}

type readResult struct {
	n   int
	err error
}

func (a *abandonable) Read(p []byte) (int, error) {
	if err := a.idle(); err != nil {
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
	for {
		select {
		case r := <-a.result:
			return copy(p, a.buffer[:r.n]), r.err
		case <-a.woken:
			if err := a.idle(); err != nil {
				return 0, err
			}
		case <-a.ctx.Done():
			return 0, a.ctx.Err()
		}
	}
}
