package table

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// RowError is what is wrong with a row, after which others can be read.
type RowError struct{ what string }

// Error implements error.
func (e *RowError) Error() string { return e.what }

func rowErrorf(format string, values ...any) error {
	return &RowError{fmt.Sprintf(format, values...)}
}

// EachRow calls do with the rows of a file of CSV or TSV, maps of texts by columns, and
// the lines in which they begin, until it fails. A wrong row comes as a *RowError.
func EachRow(ctx context.Context, name string, do func(line int64, row value.Value, err error) error) error {
	if !IsName(name) {
		return fmt.Errorf("%s is no table of CSV or TSV by its name", name)
	}
	text, release, err := openText(ctx, name, &Progress{})
	if err != nil {
		return err
	}
	defer release()
	in := newCSVReader(text, spec.Spec{File: name})
	b := newBuilder(spec.Spec{}, "line")
	if err := b.header(in); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(b.columns) == 1 { // otherwise there are those that were meant, or it is told that they are missing
		err := in.checkSeparator(b.columns, func(taken, _ spec.Separator) string {
			return fmt.Sprintf("write them with %ss", taken)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for {
		cells, err := b.next(in)
		var wrong *RowError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &wrong):
			err = do(in.line, value.Null, wrong)
		case err != nil:
			return fmt.Errorf("%s: line %d: %w", name, in.line, err)
		default:
			row := value.NewMap(len(cells))
			for i, cell := range cells {
				row.PutNew(b.names[i], value.String(string(cell)))
			}
			err = do(in.line, value.FromMap(row), nil)
		}
		if err != nil {
			return err
		}
	}
}
