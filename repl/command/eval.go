package command

import (
	"context"
	"fmt"
	"regexp"

	"github.com/stellarlang/stellar/repl"
)

// evalCommand evaluates one expression.
type evalCommand struct {
	hostFlags
	Expression string `arg:"" help:"The expression. If it begins with a minus, put -- before it."`
}

// Run is called by the parser of the command line.
func (c *evalCommand) Run(ctx context.Context, s *streams) error {
	report := newReporter(s.err)
	h, err := c.open(ctx, report, 1)
	if err != nil {
		return err
	}
	defer h.close()
	session, err := h.session()
	if err != nil {
		return err
	}
	r := session.Evaluate(ctx, c.Expression)
	h.showEvents(r)
	report.warnings(r.Warnings, r.Err)
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case r.Err != nil:
		report.failure("", r.Err)
		return errFailed
	}
	v := r.Answer.(repl.Evaluated).Value
	text := v.AppendText(nil)
	if v.IsContainer() {
		text = v.AppendJSON(nil)
		if !v.IsFinite() {
			report.printf("JSON has neither NaN nor Infinity: null is written")
		}
	}
	_, err = fmt.Fprintf(s.out, "%s\n", text)
	return err
}

// adviceFor says what to do with arguments that are wrong. An expression that begins
// with a minus is taken for a flag.
func adviceFor(args []string) string {
	if len(args) > 1 && args[0] == "eval" {
		for _, arg := range args[1:] {
			if minusFirst.MatchString(arg) {
				return "An expression that begins with a minus stands after --: stellar eval -- EXPRESSION"
			}
		}
	}
	return "Try stellar --help."
}

// minusFirst matches what is more likely an expression than a flag.
var minusFirst = regexp.MustCompile(`^-\s*[0-9(.]|^-[^-].*[ +*<>(]`)
