package command

import (
	"context"
	"fmt"
	"time"

	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/stream"
	"github.com/stellarlang/stellar/stellar/value"
)

// line takes a line in.
func (r *profileRun) line(ctx context.Context, at stream.Place, text []byte, err error) error {
	var m *rules.Message
	if err == nil {
		m, err = rules.ParseMessage(text)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.read++
	if r.kept != nil {
		if measured, err := r.reading.next(at, text); err != nil || !measured {
			return err
		}
	}
	if err != nil {
		r.failed++
		r.report.failure(at.String()+": ", err)
		return nil
	}
	if err := r.stream.Apply(ctx, m, r.emit); err != nil {
		return err
	}
	if len(r.entries) < measurementsAtOnce && (!r.command.Follow || len(r.entries) == 0) {
		return r.broken
	}
	return r.flush(ctx)
}

// measurementsAtOnce is how many measurements are kept together.
const measurementsAtOnce = 1000

// emit takes a measurement, which flush keeps and writes. It does not fail, as the other
// measurements of the period are to be taken too.
func (r *profileRun) emit(m profiler.Measurement) error {
	record := store.Record{Series: m.Series, Measurement: m.Measurement}
	if m.Expires > 0 {
		record.Expires = time.Now().Add(time.Duration(m.Expires) * time.Millisecond)
	}
	if r.kept != nil {
		entry, err := record.Entry()
		if err != nil {
			r.unkept++
			r.report.failure("", err)
		} else {
			r.entries = append(r.entries, entry)
		}
	}
	if text := r.textOf(&m); text != nil && r.broken == nil {
		_, r.broken = r.out.Write(append(text, '\n'))
	}
	return nil
}

// textOf returns what is written of a measurement, nil for nothing.
func (r *profileRun) textOf(m *profiler.Measurement) []byte {
	switch {
	case r.print == "measurements":
		return measurementJSON(m).AppendJSON(nil)
	case r.print == "triage" && m.Triage != nil:
		return triageJSON(m).AppendJSON(nil)
	}
	return nil
}

// flush keeps and writes the measurements that were taken.
func (r *profileRun) flush(ctx context.Context) error {
	if r.kept != nil && len(r.entries) > 0 {
		if err := r.states.Measured(ctx, r.entries, r.stream.Position()); err != nil {
			return err
		}
	}
	clear(r.entries)
	r.entries = r.entries[:0]
	if r.broken == nil {
		r.broken = r.out.Flush()
	}
	return r.broken
}

// Fields of measurements and of the messages made of them.
var (
	fieldProfile = value.String("profile")
	fieldEntity  = value.String("entity")
	fieldPeriod  = value.String("period")
	fieldStart   = value.String("period.start")
	fieldEnd     = value.String("period.end")
)

// ofMeasurement returns the fields that both have, in a map that may be added to.
func ofMeasurement(m *profiler.Measurement) *value.Map {
	written := value.NewMap(8)
	written.PutNew(fieldProfile, value.String(m.Profile))
	written.PutNew(fieldEntity, value.String(m.Entity))
	written.PutNew(fieldPeriod, value.Long(m.Period.ID))
	written.PutNew(fieldStart, value.Long(m.Period.Start()))
	written.PutNew(fieldEnd, value.Long(m.Period.End()))
	return written
}

// measurementJSON returns a measurement as it is written.
func measurementJSON(m *profiler.Measurement) value.Value {
	written := ofMeasurement(m)
	if len(m.Groups) > 0 {
		written.PutNew(value.String("groups"), value.ListOf(m.Groups...))
	}
	written.PutNew(value.String("value"), m.Value)
	return value.FromMap(written)
}

// triageJSON returns the message that is made of a measurement, with the same fields as in
// Metron.
func triageJSON(m *profiler.Measurement) value.Value {
	written := ofMeasurement(m)
	written.PutNew(value.String("timestamp"), value.Long(m.Period.End()))
	written.PutNew(value.String("source.type"), value.String("profiler"))
	written.PutNew(value.String("alert"), value.String("true"))
	for i, v := range m.Triage {
		written.Put(value.String(m.Fields[i]), v)
	}
	return value.FromMap(written)
}

// progress returns how far the run is.
func (r *profileRun) progress() stream.Counters {
	r.mu.Lock()
	defer r.mu.Unlock()
	return stream.Counters{Read: r.read, Failed: r.failed}
}

// savingTime bounds what is kept at the end of a run that was interrupted.
const savingTime = time.Minute

// finish writes what is known of open periods, keeps it for the next run, and sums up a
// run that ended with err.
func (r *profileRun) finish(ctx context.Context, err error) error {
	interrupted := ctx.Err() != nil
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), savingTime)
	defer cancel()
	failed := r.end(saving)
	switch {
	case interrupted || err == nil:
		err = failed
	case failed != nil && failed.Error() != err.Error():
		r.report.failure("", failed)
	}
	r.report.summary()
	r.tell(r.stream.Counts())
	if isBroken(err) {
		err = nil // whoever reads the output has enough
	}
	switch {
	case err != nil:
		return err
	case interrupted:
		r.report.printf("interrupted after %d messages", r.read)
		return errInterrupted
	case r.failed > 0 || r.unkept > 0 || r.stream.Counts().Failed > 0:
		return errFailed
	}
	return nil
}

func (r *profileRun) end(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.stream.Measure(ctx, r.emit); err != nil {
		return err
	}
	if err := r.flush(ctx); err != nil && r.broken == nil {
		return err
	}
	if err := r.save(ctx, true); err != nil {
		return err
	}
	return r.broken
}

// save keeps what is known of open periods, at the end of the run or before.
func (r *profileRun) save(ctx context.Context, done bool) error {
	if r.kept == nil {
		return nil
	}
	if err := r.states.Save(ctx, store.Progress{Position: r.stream.Position(), Read: r.reading.marks()}, r.stream.States(), done); err != nil {
		return fmt.Errorf("open periods cannot be kept: %w", err)
	}
	return nil
}

// tell says what became of messages that were not measured.
func (r *profileRun) tell(c profiler.Counts) {
	for _, of := range []struct {
		count int64
		why   string
	}{
		{r.failed, "lines are no messages"},
		{c.WithoutTime, "messages have no time in the field that timestampField names: milliseconds since 1970, or a text such as 2026-11-26T12:00:00Z"},
		{c.Seconds, "messages are from before 1974: their times seem to be seconds since 1970, where milliseconds are wanted"},
		{r.reading.passed, "messages were measured by an earlier run, and are passed over; --anew begins without earlier runs"},
		{c.Earlier, "messages are of periods that an earlier run has ended: late, or measured by it; --anew begins without earlier runs"},
		{c.Late, "messages came after their period had ended; --late waits longer"},
		{c.Ahead, "messages are from the future, by more than an hour; times are milliseconds since 1970"},
		{c.Refused, "times a message was left out, as too many entities or values are held"},
	} {
		if of.count > 0 {
			r.report.printf("%s of %s %s", grouped(of.count), grouped(r.read), of.why)
		}
	}
}
