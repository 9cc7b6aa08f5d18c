package stream

import (
	"context"
	"io"
)

// NewReader returns a reader of the source whose Read ends when the context does. A read
// of the source that is under way then goes on in the background.
func NewReader(ctx context.Context, source io.Reader) io.Reader {
	return &abandonable{ctx: ctx, source: source, idle: func() error { return nil }}
}
