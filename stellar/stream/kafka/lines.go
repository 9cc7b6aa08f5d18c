package kafka

import (
	"bytes"
	"context"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/stellarlang/stellar/stellar/stream"
)

// Writer writes lines to a topic, a record each. It is not for concurrent use.
type Writer struct {
	ctx      context.Context
	client   *kgo.Client
	to       Target
	largest  int
	arena    arena
	rest     []byte // the beginning of a line
	failures failures
}

// NewWriter returns a writer, which must be closed, when it has found the topic. When ctx
// ends, it writes no more.
func NewWriter(ctx context.Context, to Target, c Connection) (*Writer, error) {
	options, err := c.options(to.Brokers)
	if err != nil {
		return nil, err
	}
	found, err := c.look(ctx, to.Brokers, to.Topic)
	if err != nil {
		return nil, interrupted(ctx, err)
	}
	w := &Writer{ctx: ctx, to: to, largest: min(found[to.Topic].largest, maxRecord)}
	w.client, err = kgo.NewClient(append(append(options, writing()...), kgo.ProducerBatchMaxBytes(int32(w.largest)))...)
	return w, err
}

// Write takes lines, and a part of one that a later call goes on with. It waits only while
// there is much to be written, so that its error may be that of lines before.
func (w *Writer) Write(p []byte) (int, error) {
	taken := len(p)
	for {
		line, rest, ended := bytes.Cut(p, []byte{'\n'})
		if len(w.rest)+len(line) > w.largest {
			return 0, fmt.Errorf("%w: a line has more than the %d bytes that %s takes", errTooLarge, w.largest, w.to.Topic)
		}
		if !ended {
			w.rest = append(w.rest, line...)
			return taken, w.failed()
		}
		if len(w.rest) > 0 {
			line = append(w.rest, line...)
			w.rest = w.rest[:0]
		}
		w.line(line)
		p = rest
	}
}

// line hands a line over.
func (w *Writer) line(line []byte) {
	r := &kgo.Record{Topic: w.to.Topic, Partition: byKey, Value: w.arena.copy(line)}
	if w.to.Key != "" {
		r.Key = fieldOf(r.Value, w.to.Key)
	}
	w.client.Produce(w.ctx, r, w.failures.promise)
}

// failed returns why a line is not written.
func (w *Writer) failed() error {
	w.failures.mu.Lock()
	defer w.failures.mu.Unlock()
	if len(w.failures.all) == 0 {
		return nil
	}
	if w.ctx.Err() != nil {
		return stream.ErrBlocked
	}
	return fmt.Errorf("%s cannot be written to: %w", w.to.Topic, w.failures.all[0].err)
}

// Flush waits until all lines are written.
func (w *Writer) Flush() error {
	if err := w.client.Flush(w.ctx); err != nil {
		return stream.ErrBlocked
	}
	return w.failed()
}

// Close writes what is left, and closes the connection.
func (w *Writer) Close() error {
	if len(w.rest) > 0 {
		w.line(w.rest)
	}
	err := w.Flush()
	if err != nil {
		w.client.UnsafeAbortBufferedRecords()
	}
	w.client.Close()
	return err
}

// fieldOf returns a field of a message: a string's text, any other value as it is
// written, and nil if there is none.
func fieldOf(message []byte, name string) []byte {
	d := jsontext.NewDecoder(bytes.NewReader(message), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if t, err := d.ReadToken(); err != nil || t.Kind() != '{' {
		return nil
	}
	for d.PeekKind() == '"' {
		field, err := d.ReadToken()
		if err != nil {
			return nil
		}
		if field.String() != name {
			if d.SkipValue() != nil {
				return nil
			}
			continue
		}
		v, err := d.ReadValue()
		if err != nil || v.Kind() == 'n' {
			return nil
		}
		if v.Kind() == '"' {
			text, err := jsontext.AppendUnquote(nil, v)
			if err != nil {
				return nil
			}
			return text
		}
		return bytes.Clone(v)
	}
	return nil
}
