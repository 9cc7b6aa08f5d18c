// Package sample reads the messages of files that people keep for tests and tries: JSON
// objects one after the other, each in a line or in several, or in lists.
package sample

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/stellarlang/stellar/stellar/rules"
)

// maxMessage bounds the text of a message, in bytes.
const maxMessage = 16 << 20

// ErrEnough ends Read without an error.
var ErrEnough = errors.New("enough")

// Read reads messages and calls do for each, with its number, from 1. It ends with the
// first error, of reading or of do.
func Read(ctx context.Context, source io.Reader, do func(number int, m *rules.Message) error) error {
	bounded := &bounded{source: source}
	decoder := jsontext.NewDecoder(bounded, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for number := 1; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		bounded.left = maxMessage
		switch kind := decoder.PeekKind(); kind {
		case '[', ']':
			if decoder.StackDepth() > 0 && kind == '[' {
				return fmt.Errorf("message %d: a JSON object is wanted, and this is a list in a list", number)
			}
			if _, err := decoder.ReadToken(); err != nil {
				return wrong(number, err, bounded.failed)
			}
		default:
			text, err := decoder.ReadValue()
			if errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return wrong(number, err, bounded.failed)
			}
			m, err := rules.ParseMessage(text)
			if err != nil {
				return fmt.Errorf("message %d: %w", number, err)
			}
			if err := do(number, m); errors.Is(err, ErrEnough) {
				return nil
			} else if err != nil {
				return err
			}
			number++
		}
	}
}

// wrong words an error of the decoder for people who keep messages. If reading failed,
// that is the error.
func wrong(number int, err, failed error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case failed != nil:
		return fmt.Errorf("message %d: %w", number, failed)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("message %d: the text ends within it", number)
	case errors.As(err, &syntax):
		return fmt.Errorf("message %d: invalid JSON at offset %d: %w", number, syntax.ByteOffset, syntax.Err)
	}
	return fmt.Errorf("message %d: %w", number, err)
}

// bounded is a reader of so many bytes more. A byte order mark before the first one is
// passed over.
type bounded struct {
	source io.Reader
	left   int
	begun  bool
	failed error // of reading, nil at the end of the source
}

var byteOrderMark = []byte("\ufeff")

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (n int, err error) {
	if b.left <= 0 {
		b.failed = fmt.Errorf("it is longer than %d MiB", maxMessage>>20)
		return 0, b.failed
	}
	p = p[:min(len(p), b.left)]
	if b.begun || len(p) < len(byteOrderMark) {
		n, err = b.source.Read(p)
	} else {
		b.begun = true
		n, err = io.ReadAtLeast(b.source, p, len(byteOrderMark))
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil // the end comes again
		}
		if bytes.HasPrefix(p[:n], byteOrderMark) {
			n = copy(p, p[len(byteOrderMark):n])
		}
	}
	b.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		b.failed = err
	}
	return n, err
}
