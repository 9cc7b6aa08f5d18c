package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/stellarlang/stellar/repl/terminal"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/diag"
)

// benchCommand measures expressions.
type benchCommand struct {
	hostFlags
	Time        time.Duration `default:"1s" help:"How long each expression is evaluated."`
	Expressions []string      `arg:"" name:"expression" help:"An expression, or a file with one a line; - is standard input. Lines that begin with # are none."`
}

// Help is called by the parser of the command line.
func (*benchCommand) Help() string {
	return `Shows how long compiling and one evaluation take, and how many bytes and how often the latter allocates.

  stellar bench 'bytes > 1000 and user in ["root"]' -v '{"bytes": 5000, "user": "jo"}'
  stellar bench expressions.txt -v message.json --time 5s

How long rules take says stellar run --summary, and of two versions stellar replay.

Ends with 0, 1 if an expression has an error, 2 if something cannot be read.`
}

// Run is called by the parser of the command line.
func (c *benchCommand) Run(ctx context.Context, s *streams) error {
	if c.Time <= 0 {
		return errors.New("--time must be more than 0s")
	}
	expressions, err := c.expressions(s.in)
	if err != nil {
		return err
	}
	report := newReporter(s.err)
	h, err := c.open(ctx, report, 1)
	if err != nil {
		return err
	}
	defer h.close()
	env, err := h.env()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "compiling\tevaluation\teach second\tbytes\tallocations\t  expression")
	var failed error
	for _, expression := range expressions {
		m, err := measure(ctx, env, expression, h.variables, c.Time)
		switch {
		case ctx.Err() != nil:
			return errInterrupted
		case err != nil:
			report.failure("", err)
			failed = errFailed
			continue
		}
		fmt.Fprintf(table, "%v\t%v\t%s\t%d\t%d\t  %s\n", m.compiling, m.evaluation, grouped(int64(time.Second/max(m.evaluation, 1))),
			m.bytes, m.allocations, terminal.Printable(diag.ShortText(expression, 60)))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return failed
}

// expressions returns the expressions that the arguments are or name.
func (c *benchCommand) expressions(stdin io.Reader) ([]string, error) {
	var all []string
	for _, argument := range c.Expressions {
		file := io.NopCloser(stdin)
		if argument != "-" {
			info, err := os.Stat(argument)
			if err != nil || info.IsDir() {
				all = append(all, argument)
				continue
			}
			if isRuleName(argument) {
				return nil, fmt.Errorf("%s holds rules, and no expressions alone: stellar run %s MESSAGES --summary says how long each rule takes", argument, argument)
			}
			if file, err = os.Open(argument); err != nil {
				return nil, err
			}
		}
		lines := bufio.NewScanner(file)
		lines.Buffer(nil, maxExpression)
		for lines.Scan() {
			if line := strings.TrimSpace(lines.Text()); line != "" && line[0] != '#' {
				all = append(all, line)
			}
		}
		_ = file.Close() // it was only read
		if err := lines.Err(); err != nil {
			return nil, fmt.Errorf("%s: %w", argument, err)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("there is no expression in %s", strings.Join(c.Expressions, ", "))
	}
	return all, nil
}

// measurement is what an expression takes.
type measurement struct {
	compiling, evaluation time.Duration // the fastest of rounds
	bytes, allocations    uint64        // of an evaluation
}

// rounds is how many times a measurement is made, as what else a machine does makes
// each of them slower.
const rounds = 10

// measure evaluates an expression for some time.
func measure(ctx context.Context, env *stellar.Env, expression string, variables stellar.Resolver, long time.Duration) (measurement, error) {
	program, err := env.CompileContext(ctx, expression)
	if err != nil {
		return measurement{}, err
	}
	if _, err := program.Value(ctx, variables); err != nil {
		return measurement{}, err
	}
	compile := func() error {
		_, err := env.CompileContext(ctx, expression)
		return err
	}
	eval := func() error {
		_, err := program.Value(ctx, variables)
		return err
	}
	var m measurement
	if m.compiling, _, err = fastest(ctx, compile, long/10); err != nil {
		return m, err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	evaluation, times, err := fastest(ctx, eval, long)
	runtime.ReadMemStats(&after)
	m.evaluation = evaluation
	m.bytes = (after.TotalAlloc - before.TotalAlloc) / times
	m.allocations = (after.Mallocs - before.Mallocs) / times
	return m, err
}

// fastest calls a function for so long, in rounds, and returns its mean duration in the
// fastest one, and how many times it was called.
func fastest(ctx context.Context, call func() error, long time.Duration) (mean time.Duration, times uint64, err error) {
	n := 1 // calls a round
	var means []time.Duration
	for began := time.Now(); len(means) == 0 || time.Since(began) < long; {
		round := time.Now()
		for range n {
			if err := call(); err != nil {
				return 0, 1, err
			}
		}
		took := time.Since(round)
		times += uint64(n)
		if took < long/(2*rounds) && took < time.Second {
			n *= 2
			continue
		}
		means = append(means, took/time.Duration(n))
		if ctx.Err() != nil {
			return 0, 1, ctx.Err()
		}
	}
	return slices.Min(means), times, nil
}
