package input

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/stellarlang/stellar/stellar/stream"
)

// Follow returns a source of the messages of files, those that are still to be written
// too: it does not end, unless all names are "-", which is stdin. The files are read at
// the same time, each from its beginning; one that another one takes the place of is
// read to its end before that. One that is not there is waited for. Notice is told such
// things.
func (o Options) Follow(names []string, stdin io.Reader, notice func(string)) stream.Source {
	return stream.Source{Name: "the files", Open: func() (io.ReadCloser, error) {
		ctx, cancel := context.WithCancel(context.Background())
		f := &following{ctx: ctx, cancel: cancel, options: o, notice: notice, parts: make(chan part), floor: make(chan struct{}, 1)}
		for _, name := range names {
			f.running.Go(func() { f.follow(name, stdin) })
		}
		go func() {
			f.running.Wait()
			close(f.parts)
		}()
		return f, nil
	}}
}

// following reads lines of several files.
type following struct {
	ctx     context.Context
	cancel  context.CancelFunc
	options Options
	notice  func(string)
	running sync.WaitGroup
	parts   chan part
	floor   chan struct{} // has an element while somebody sends parts
	rest    []byte        // of a part

	mu     sync.Mutex
	places []stream.Place // of lines that were not located yet
	past   int64          // lines before these
}

// part is lines of a file, or a part of a line.
type part struct {
	text   []byte
	places []stream.Place // of the lines that begin in it
	err    error          // instead of the others
}

// Close ends all reading. Reading from stdin ends when something comes there.
func (f *following) Close() error {
	f.cancel()
	return nil
}

// Read reads what comes first.
func (f *following) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		next, ok := <-f.parts
		switch {
		case !ok:
			return 0, io.EOF
		case next.err != nil:
			return 0, next.err
		}
		f.mu.Lock()
		f.places = append(f.places, next.places...)
		f.mu.Unlock()
		f.rest = next.text
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// Locate returns the place of a line, for stream.Located.
func (f *following) Locate(line int64) stream.Place {
	f.mu.Lock()
	defer f.mu.Unlock()
	if passed := min(line-1-f.past, int64(len(f.places))); passed > 0 {
		f.places = f.places[passed:]
		f.past += passed
	}
	if len(f.places) == 0 {
		return stream.Place{Source: "the files"}
	}
	return f.places[0]
}

// follow reads a file, and those that take its place.
func (f *following) follow(name string, stdin io.Reader) {
	for {
		var file io.ReadCloser = io.NopCloser(stdin)
		var err error
		if name != "-" {
			file, err = openTail(f.ctx, name, f.notice)
		}
		if err == nil {
			err = f.lines(name, file)
			_ = file.Close() // it was only read
		}
		switch {
		case f.ctx.Err() != nil || err == nil && name == "-":
			return
		case err != nil:
			f.send(part{err: fmt.Errorf("%s: %w", name, err)})
			return
		}
	}
}

// lines sends the lines of a file up to its end.
func (f *following) lines(name string, file io.Reader) error {
	if name == "-" {
		name = "stdin"
	}
	reader := NewReader(name, file, f.options)
	defer func() { _ = reader.Close() }() // it only releases memory
	buffered := bufio.NewReaderSize(reader, bufferSize)
	var lines part
	begun := false // a line, the end of which is still to be read
	for number := int64(0); ; {
		text, err := buffered.ReadSlice('\n')
		if len(text) > 0 {
			if !begun {
				number++
				lines.places = append(lines.places, reader.Locate(number))
			}
			lines.text = append(lines.text, text...)
			begun = err != nil
		}
		switch {
		case err == nil:
			if len(lines.text) < bufferSize && hasLine(buffered) {
				continue
			}
		case errors.Is(err, bufio.ErrBufferFull):
			if len(lines.text) > maxFirst {
				if err := f.sendLong(&lines, buffered); err != nil {
					return err
				}
				begun = false
			}
			continue
		case errors.Is(err, io.EOF) && begun:
			lines.text = append(lines.text, '\n')
		}
		if len(lines.text) > 0 && !f.sendAlone(lines) {
			return f.ctx.Err()
		}
		lines = part{}
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return err
		}
	}
}

// hasLine reports whether a line can be read without waiting.
func hasLine(buffered *bufio.Reader) bool {
	begin, _ := buffered.Peek(buffered.Buffered())
	return bytes.IndexByte(begin, '\n') >= 0
}

// sendLong sends lines, the last of which is too long to be held as a whole, and the
// rest of that.
func (f *following) sendLong(lines *part, rest *bufio.Reader) error {
	if !f.takeFloor() {
		return f.ctx.Err()
	}
	defer func() { <-f.floor }()
	for f.send(*lines) {
		text, err := rest.ReadSlice('\n')
		*lines = part{text: bytes.Clone(text)}
		switch {
		case errors.Is(err, io.EOF):
			lines.text = append(lines.text, '\n')
			fallthrough
		case err == nil:
			f.send(*lines)
			*lines = part{}
			return nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
	return f.ctx.Err()
}

// sendAlone sends lines. It reports whether somebody still takes them.
func (f *following) sendAlone(lines part) bool {
	if !f.takeFloor() {
		return false
	}
	defer func() { <-f.floor }()
	return f.send(lines)
}

// takeFloor waits until no other file is in the middle of a line.
func (f *following) takeFloor() bool {
	select {
	case f.floor <- struct{}{}:
		return true
	case <-f.ctx.Done():
		return false
	}
}

func (f *following) send(p part) bool {
	select {
	case f.parts <- p:
		return true
	case <-f.ctx.Done():
		return false
	}
}
