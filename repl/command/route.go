package command

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
)

// applier takes messages through rules: a stream.Runner or a kafka.Worker.
type applier interface {
	Use(set *rules.Set)
	Progress() stream.Counters
	Flush()
}

// route is where messages come from and go to.
type route struct {
	applier
	run   func(context.Context) (stream.Counters, error)
	close []func() error // what is to be closed then, each also if another fails
}

// end closes what was opened, and returns the first error.
func (r *route) end() (err error) {
	for _, close := range r.close {
		if closed := close(); err == nil {
			err = closed
		}
	}
	return err
}

// openRoute opens what messages go to, for a set that options name. It must be ended.
func (c *runCommand) openRoute(ctx context.Context, s *streams, in *inputs, source *ruleSource, report *reporter, options stream.Options) (r *route, err error) {
	r = &route{}
	defer func() {
		if err != nil {
			_ = r.end()
		}
	}()
	connection, err := c.connection(ctx, report)
	if err != nil {
		return r, err
	}
	options.Output = s.out
	var errorsTo *kafka.Target
	if kafka.IsAddress(c.Errors) {
		if errorsTo, err = target("--errors", c.Errors); err != nil {
			return r, err
		}
	} else {
		letters, err := openDeadLetters(c.Errors, in, append(source.files.read, c.Variables, c.Models), s.outFile)
		if err != nil {
			return r, err
		}
		options.DeadLetters = letters.writer()
		r.close = append(r.close, letters.close)
	}
	to, err := target("--to", c.To)
	if err != nil {
		return r, err
	}
	if c.From != "" {
		return r, c.openWorker(ctx, r, to, errorsTo, connection, s, source.status, report, options)
	}
	for _, t := range []struct {
		flag string
		to   *kafka.Target
		into *io.Writer
	}{{"--to", to, &options.Output}, {"--errors", errorsTo, &options.DeadLetters}} {
		if t.to == nil {
			continue
		}
		graceful, end := stream.WithGrace(ctx, workerGrace)
		writer, err := kafka.NewWriter(graceful, *t.to, connection)
		if err != nil {
			end()
			return r, fmt.Errorf("%s: %w", t.flag, err)
		}
		*t.into = writer
		r.close = append(r.close, func() error {
			defer end()
			if err := writer.Close(); err != nil {
				return fmt.Errorf("%s: %w", t.flag, err)
			}
			return nil
		})
	}
	runner := stream.New(options)
	r.applier = runner
	r.run = func(ctx context.Context) (stream.Counters, error) { return runner.Run(ctx, in.sources()...) }
	return r, nil
}

// openWorker has a route begin at a topic.
func (c *runCommand) openWorker(ctx context.Context, r *route, to, errorsTo *kafka.Target, connection kafka.Connection, s *streams, status *fleet.Status, report *reporter, options stream.Options) error {
	source, err := c.source()
	if err != nil {
		return err
	}
	options.Grace = workerGrace
	o := kafka.Options{
		Stream: options, Source: source, Target: to, Errors: errorsTo, ExactlyOnce: c.ExactlyOnce, Worker: cmp.Or(c.Worker, workerName()), Connection: connection,
	}
	if to == nil && s.outFile != nil {
		o.Sync = s.sync
	}
	worker, err := kafka.New(o)
	if err != nil {
		return err
	}
	r.applier, r.run = worker, worker.Run
	if c.Listen != "" {
		end, err := listenForProbes(ctx, c.Listen, worker.Stats, register(worker.Stats, c.ExactlyOnce, status), report)
		if err != nil {
			return err
		}
		r.close = append(r.close, func() error {
			end()
			return nil
		})
	}
	return nil
}
