package command

import (
	"cmp"
	"context"
	"errors"

	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/stream/kafka"
)

// checkTopics returns what is wrong with the flags of topics.
func (c *profileCommand) checkTopics() error {
	switch err := c.topicFlags.check(c.Inputs, c.inputFlags, c.Changelog); {
	case err != nil:
		return err
	case c.From == "" && c.To != "":
		return errors.New("--to has no effect without --from")
	case c.From == "" && c.Changelog != "":
		return errors.New("--changelog has no effect without --from")
	case c.From != "" && c.Anew:
		return errors.New("--anew is for files: workers of a group go on with what others know; another --name and another group begin without it")
	case c.From != "" && c.Store == "" && c.Changelog == "":
		return errors.New("--from needs --store or --changelog, to keep what is known of open periods: partitions move from worker to worker")
	case c.Changelog != "" && c.To == "" && c.Store == "":
		return errors.New("with --changelog measurements go to --to, or to --store, and neither is there")
	}
	return nil
}

// measureTopic measures records until it is interrupted, or with --until-end to the end.
func (r *profileRun) measureTopic(ctx context.Context, s *streams) error {
	c := r.command
	o := kafka.ProfilerOptions{
		Set: r.set, Measure: r.options, Store: r.kept, Types: r.states.Types, Name: r.states.Name,
		Worker: cmp.Or(c.Worker, workerName()), Grace: workerGrace,
		Write: func(m *profiler.Measurement) (key, text []byte) { return []byte(m.Entity), r.textOf(m) },
		Failed: func(at stream.Place, err error) {
			r.failed++
			r.report.failure(at.String()+": ", err)
		},
	}
	var err error
	if o.Connection, err = c.connection(ctx, r.report); err != nil {
		return err
	}
	if o.Source, err = c.source(); err != nil {
		return err
	}
	if o.Target, err = target("--to", c.To); err != nil {
		return err
	}
	if o.Changelog, err = target("--changelog", c.Changelog); err != nil {
		return err
	}
	if o.Target == nil && c.Changelog == "" {
		o.Output = func(line []byte) error {
			if _, err := s.out.Write(append(line, '\n')); err != nil {
				return err
			}
			return nil
		}
	}
	worker, err := kafka.NewProfiler(o)
	if err != nil {
		return err
	}
	if c.Listen != "" {
		end, err := listenForProbes(ctx, c.Listen, worker.Stats, register(worker.Stats, c.Changelog != ""), r.report)
		if err != nil {
			return err
		}
		defer end()
	}
	counters, err := worker.Run(ctx)
	r.read = counters.Read
	r.report.summary()
	counts := worker.Counts()
	r.tell(counts)
	switch {
	case errors.Is(err, stream.ErrInterrupted), errors.Is(err, stream.ErrBlocked): // what is not committed is measured again
		r.report.printf("interrupted after %d messages", counters.Read)
		return errInterrupted
	case isBroken(err):
		return nil // whoever reads the output has enough
	case err == nil && (r.failed > 0 || counts.Failed > 0):
		return errFailed
	}
	return err
}
