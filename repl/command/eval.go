package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/terminal"
)

// evalCommand evaluates one expression.
type evalCommand struct {
	hostFlags
	JSON       bool   `help:"Write the value as JSON, such as a text with its quotation marks."`
	Expression string `arg:"" optional:"" help:"The expression; - or none is standard input. If it begins with a minus, put -- before it."`
}

// maxExpression bounds an expression on standard input, in bytes.
const maxExpression = 16 << 20

// Help is called by the parser of the command line.
func (*evalCommand) Help() string {
	return `Writes the value: a text as it is, lists and maps as JSON, and anything else as the language has it. Names without a value are null.

  stellar eval "DOMAIN_REMOVE_SUBDOMAINS(URL_TO_HOST('http://www.example.co.uk/'))"
  stellar eval 'bytes > 1000 and user in ["root"]' -v '{"bytes": 5000, "user": "root"}'
  echo 'MAP(hosts, h -> TO_UPPER(h))' | stellar eval -v message.json

Ends with 0, 1 if the expression has an error, 2 if something cannot be read.`
}

// Run is called by the parser of the command line.
func (c *evalCommand) Run(ctx context.Context, s *streams) error {
	expression, err := c.expression(ctx, s.in)
	if err != nil {
		return err
	}
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
	v := r.Answer.(repl.Evaluated).Value
	text := v.AppendText(nil)
	if v.IsContainer() || c.JSON {
		text = v.AppendJSON(nil)
		if !v.IsFinite() {
			report.printf("JSON has neither NaN nor Infinity: null is written")
		}
	}
	_, err = fmt.Fprintf(s.out, "%s\n", text)
	return err
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
