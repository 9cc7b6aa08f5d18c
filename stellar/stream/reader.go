package stream

import (
	"context"
	"io"
	"os"
)

// Open opens a file for reading as os.Open does, but ends when the context does: opening
// a named pipe waits for somebody to write to it.
func Open(ctx context.Context, name string) (*os.File, error) {
	type opened struct {
		file *os.File
		err  error
	}
	result := make(chan opened)
	go func() {
		file, err := os.Open(name)
		select {
		case result <- opened{file, err}:
		case <-ctx.Done():
			if err == nil {
				_ = file.Close() // nothing was written
			}
		}
	}()
	select {
	case o := <-result:
		return o.file, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// NewReader returns a reader of the source whose Read ends when the context does. A read
// of the source that is under way then goes on in the background.
func NewReader(ctx context.Context, source io.Reader) io.Reader {
	return &abandonable{ctx: ctx, source: source, idle: func() error { return nil }}
}
