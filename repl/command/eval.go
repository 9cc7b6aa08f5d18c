package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/display"
	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar/value"
)

// evalCommand evaluates one expression.
type evalCommand struct {
	hostFlags
	Format     display.Format `placeholder:"FORMAT" help:"How the value is written: table or rows (for people), line (as the language writes it), json, or text (a string as it is, for scripts). Without it, table on a terminal and line elsewhere."`
	JSON       bool           `help:"The same as --format=json."`
	Expression string         `arg:"" optional:"" help:"The expression; - or none is standard input. If it begins with a minus, put -- before it."`
}

// maxExpression bounds an expression on standard input, in bytes.
const maxExpression = 16 << 20

// Help is called by the parser of the command line.
func (*evalCommand) Help() string {
	return `Writes the value as the language writes it: strings in quotes, so that '5' is not 5. On a terminal, what is long is cut, and lists of maps are tables; elsewhere the value is whole and in one line. --format=text writes a string as it is, which scripts want. Names without a value are null.

  stellar eval "DOMAIN_REMOVE_SUBDOMAINS(URL_TO_HOST('http://www.example.co.uk/'))"
  host=$(stellar eval --format=text 'TO_LOWER(host)' -v message.json)
  stellar eval 'bytes > 1000 and user in ["root"]' -v '{"bytes": 5000, "user": "root"}'
  echo 'MAP(hosts, h -> TO_UPPER(h))' | stellar eval -v message.json

Ends with 0, 1 if the expression has an error, 2 if something cannot be read.`
}

// Run is called by the parser of the command line.
func (c *evalCommand) Run(ctx context.Context, s *streams) error {
	if c.JSON {
		if c.Format != "" && c.Format != display.JSON {
			return fmt.Errorf("--json and --format=%s contradict each other: leave one out", c.Format)
		}
		c.Format = display.JSON
	}
	expression, err := c.expression(ctx, s.in)
	if err != nil {
		return err
	}
	report := newReporter(s.err)
	c.typed = true
	h, err := c.open(ctx, report, 1)
	if err != nil {
		return err
	}
	defer h.close()
	session, err := h.session()
	if err != nil {
		return err
	}
	r := session.Evaluate(ctx, expression)
	h.showEvents(r)
	report.warnings(r.Warnings, r.Err)
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case r.Err != nil:
		report.failure("", r.Err)
		return errFailed
	}
	return c.write(ctx, s, report, r.Answer.(repl.Evaluated).Value)
}

// write writes the value.
func (c *evalCommand) write(ctx context.Context, s *streams, report *reporter, v value.Value) error {
	options := s.display()
	if c.Format != "" {
		options.Format = c.Format
	}
	out := s.out
	if options.Format != display.Table {
		options.Width, options.Limit = 0, 0
	} else {
		out = terminal.NewWriter(out)
	}
	shown, err := display.Write(ctx, out, v, options)
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case err != nil:
		return err
	}
	if shown.Cut {
		report.printf("the value is cut: --format=line or --format=json writes all of it")
	}
	if shown.NotFinite {
		report.printf("JSON has neither NaN nor Infinity: null is written")
	}
	return nil
}

// expression returns the expression.
func (c *evalCommand) expression(ctx context.Context, stdin io.Reader) (string, error) {
	if c.Expression != "" && c.Expression != "-" {
		return c.Expression, nil
	}
	if terminal.Is(stdin) {
		return "", errors.New("an expression is wanted, as in stellar eval '1 + 1'; stellar alone is a shell")
	}
	text, err := readAll(ctx, stdin, maxExpression)
	switch {
	case ctx.Err() != nil:
		return "", errInterrupted
	case err != nil:
		return "", fmt.Errorf("stdin: %w", err)
	case strings.TrimSpace(string(text)) == "":
		return "", errors.New("stdin holds no expression")
	}
	return string(bytes.TrimPrefix(text, byteOrderMark)), nil
}

// readAll reads a stream of so many bytes at most, until ctx ends.
func readAll(ctx context.Context, from io.Reader, most int64) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		text, err := io.ReadAll(io.LimitReader(from, most+1))
		if err == nil && int64(len(text)) > most {
			err = fmt.Errorf("there are more than %d MiB", most>>20)
		}
		read <- result{text, err}
	}()
	select {
	case r := <-read:
		return r.text, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
