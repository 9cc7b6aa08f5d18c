// Package replay applies two sets of rules to the same recorded messages, and reports what
// the second one does otherwise: which rules are true for which messages, scores, fields,
// drops, errors, and the time that each takes.
package replay

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/stream"
)

// Side is one of the two sets.
type Side struct {
	// Set is applied to each message. Its options are not used.
	Set *rules.Set
	// Parsed is what the set was compiled from.
	Parsed []rules.Parsed
}

// Options say what is replayed. Old and New must be set.
type Options struct {
	Old, New Side
	// Variables are seen by both sets, as rules.Options.Variables.
	Variables stellar.Resolver
	// Parallel is how many messages are evaluated at the same time. 0 means 1.
	Parallel int
	// First is how many of the messages that differ are described.
	First int
}

// Replay applies two sets to messages. It runs once.
type Replay struct {
	options Options
	pairs   *pairs
	workers chan *worker // those that do nothing
	report  *Report
	shown   atomic.Int64 // messages that were described

	read, failed atomic.Int64 // for Progress
}

// New returns a replay.
func New(options Options) *Replay {
	options.Parallel = max(options.Parallel, 1)
	r := &Replay{options: options, pairs: pairUp(rulesOf(options.Old.Parsed), rulesOf(options.New.Parsed))}
	r.report = newReport(r.pairs)
	r.workers = make(chan *worker, options.Parallel)
	for range options.Parallel {
		r.workers <- newWorker(r)
	}
	return r
}

// Progress returns what was dealt with. It may be called at any time, by any goroutine.
func (r *Replay) Progress() stream.Counters {
	return stream.Counters{Read: r.read.Load(), Failed: r.failed.Load()}
}

// Run takes the messages of the sources, one source after the other, through both sets.
// It returns what came of those that it got to, also if it fails: with
// stream.ErrInterrupted if ctx has ended, otherwise with the error of a source.
//
// Memory does not grow with the number of messages: lines under way hold 64 MiB, and of
// what differs in kind, such as fields and errors, so many are told apart.
func (r *Replay) Run(ctx context.Context, sources ...stream.Source) (*Report, error) {
	lines := newLineReader(ctx, sources)
	for c := range stream.Overlap(ctx, r.options.Parallel, lines.all, func(ctx context.Context, l line) *compared {
		defer lines.release(l)
		w := <-r.workers
		defer func() { r.workers <- w }()
		c := w.compare(ctx, l)
		if c.notMessage != nil {
			r.failed.Add(1)
		}
		if !c.calledOff {
			r.read.Add(1)
		}
		return c
	}) {
		if c.calledOff {
			break
		}
		r.add(c)
	}
	if ctx.Err() != nil {
		return r.report, stream.ErrInterrupted
	}
	return r.report, lines.failed
}

// add adds what came of a message to the report.
func (r *Replay) add(c *compared) {
	r.report.add(c)
	if c.difference != nil && len(r.report.First) < r.options.First {
		r.report.First = append(r.report.First, *c.difference)
		r.shown.Add(1)
	}
}

// describes reports whether the next message that differs may have to be described.
func (r *Replay) describes() bool { return r.shown.Load() < int64(r.options.First) }

// clock measures a duration.
func clock() func() time.Duration {
	began := time.Now()
	return func() time.Duration { return time.Since(began) }
}
