// Package input reads messages in the forms in which files hold them, and makes lines
// of them: JSON objects, one a line, is what package stream reads.
//
// The forms are told apart by what a file begins with: compressed by gzip or zstd or
// not; UTF-8 or UTF-16; lines, each a message; an array of messages; or messages one
// after another that go over several lines. Options.Records finds the messages within
// other objects.
package input

import (
	"bufio"
	"io"
	"sync"
	"sync/atomic"

	"github.com/stellarlang/stellar/stellar/internal/unpack"
	"github.com/stellarlang/stellar/stellar/stream"
)

// bufferSize is that of buffers of files.
const bufferSize = unpack.BufferSize

// Options say what a file holds.
type Options struct {
	// Records is the path to messages within the objects of the file: names of fields,
	// outer ones first. Arrays on the way, and the one at its end, stand for each of
	// their items. Without it the file's values are messages, or arrays of them.
	Records []string
}

// Reader reads lines of messages, those of a file of lines byte for byte. Of other
// forms each message is a line, of whose white space only that in texts is left.
//
// It must be closed, which does not close what it reads. Read is for one goroutine,
// Locate for another one.
type Reader struct {
	name     string
	source   io.Reader
	options  Options
	text     io.Reader // lines; nil until the first Read
	release  func()    // of what decompresses
	messages *framer   // nil of a file of lines

	framed atomic.Bool
	mu     sync.Mutex
	begins []int64 // lines of the file in which messages begin that were not located yet
	past   int64   // messages before these
}

// NewReader returns a reader of what people call name. It reads nothing before its
// first Read.
func NewReader(name string, source io.Reader, options Options) *Reader {
	return &Reader{name: name, source: source, options: options, release: func() {}}
}

// Close releases what the reader holds.
func (r *Reader) Close() error {
	r.release()
	return nil
}

// Read reads lines. If it fails, the text of its error says what is wrong with the
// file, but not which it is.
func (r *Reader) Read(p []byte) (int, error) {
	if r.text == nil {
		if err := r.open(); err != nil {
			r.text = failing{err}
		}
	}
	n, err := r.text.Read(p)
	if r.messages != nil {
		r.mu.Lock()
		r.begins = append(r.begins, r.messages.takeBegins()...)
		r.mu.Unlock()
	}
	return n, err
}

// open finds out the form.
func (r *Reader) open() error {
	text, release, err := unpack.Text(bufio.NewReaderSize(r.source, bufferSize))
	if err != nil {
		return err
	}
	r.release = release
	isFramed := len(r.options.Records) > 0
	if !isFramed {
		if text, isFramed, err = findShape(text); err != nil {
			return err
		}
	}
	r.text = text
	if isFramed {
		r.messages = newFramer(text, r.options.Records)
		r.text = r.messages
		r.framed.Store(true)
	}
	return nil
}

// Locate returns the place of a line that was read, for stream.Located.
func (r *Reader) Locate(line int64) stream.Place {
	if !r.framed.Load() {
		return stream.Place{Source: r.name, Line: line}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if passed := min(line-1-r.past, int64(len(r.begins))); passed > 0 {
		r.begins = r.begins[passed:]
		r.past += passed
	}
	at := stream.Place{Source: r.name, Message: line}
	if len(r.begins) > 0 {
		at.Line = r.begins[0]
	}
	return at
}

// Source returns the source of a run that reads a file so.
func (o Options) Source(name string, open func() (io.ReadCloser, error)) stream.Source {
	return stream.Source{Name: name, Open: func() (io.ReadCloser, error) {
		file, err := open()
		if err != nil {
			return nil, err
		}
		return &closer{NewReader(name, file, o), file}, nil
	}}
}

// closer closes the file too.
type closer struct {
	*Reader
	file io.Closer
}

// Close closes both.
func (c *closer) Close() error {
	_ = c.Reader.Close() // it only releases memory
	return c.file.Close()
}

// failing is a reader that fails.
type failing struct{ err error }

// Read fails.
func (f failing) Read([]byte) (int, error) { return 0, f.err }
