package stream

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// EachLine calls do with each line of the sources that is not blank, one source after the
// other. The text is valid until do returns; with ErrLongLine it is the beginning of a
// line that is too long. EachLine ends with the error of do, that of ctx, or that of a
// source.
func EachLine(ctx context.Context, sources []Source, do func(at Place, text []byte, err error) error) error {
	for _, s := range sources {
		input, err := s.Open()
		if err != nil {
			return err
		}
		err = eachLine(ctx, s.Name, input, do)
		_ = input.Close() // it was only read
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

func eachLine(ctx context.Context, name string, input io.Reader, do func(at Place, text []byte, err error) error) error {
	lines := NewLines(ctx, input)
	located, _ := input.(Located)
	for n := int64(1); ; n++ {
		text, err := lines.Next()
		at := Place{Source: name, Line: n}
		if located != nil {
			at = located.Locate(n)
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && !errors.Is(err, ErrLongLine):
			return fmt.Errorf("%v: %w", at, err)
		}
		if n == 1 {
			text = bytes.TrimPrefix(text, byteOrderMark)
		}
		if err == nil && len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if err := do(at, text, err); err != nil {
			return err
		}
	}
}
