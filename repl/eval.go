package repl

import (
	"context"
	"fmt"

	"github.com/stellarlang/stellar/stellar/value"
)

// evalCommand evaluates one expression.
type evalCommand struct {
	hostFlags
	Expression string `arg:"" help:"The expression. If it begins with a minus, put -- before it."`
}

// Run is called by the parser of the command line.
func (c *evalCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	h, err := c.open(ctx, report)
	if err != nil {
		return err
	}
	defer h.close()
	program, err := h.env.Compile(c.Expression)
	var v value.Value
	if err == nil {
		v, err = program.Value(ctx, h.variables)
	}
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		report.failure("", err)
		return errFailed
	}
	text := v.AppendText(nil)
	if v.IsContainer() {
		text = v.AppendJSON(nil)
	}
	_, err = fmt.Fprintf(s.out, "%s\n", text)
	return err
}
