package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/stellarlang/stellar/functions/profile"
	form "github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Profiles are the measurements of a store, for PROFILE_GET and its like.
type Profiles struct {
	Store Store
	Types []*fn.Type // of the objects that measurements may be
	// Damaged is called by Scan for each entry that cannot be read. Nil ends the scan.
	Damaged func(err error)
}

var _ profile.Store = Profiles{}

// Record is a measurement to be kept.
type Record struct {
	profile.Series
	profile.Measurement
	Expires time.Time // zero for never
}

// keyOf returns the key of a measurement. Those of a series follow each other in the
// order of their periods.
func keyOf(series []byte, p profile.Period) []byte {
	key := binary.BigEndian.AppendUint64(series, uint64(p.Length))
	return binary.BigEndian.AppendUint64(key, uint64(p.ID))
}

func seriesKey(s profile.Series) ([]byte, error) {
	key := form.AppendBytes(form.AppendBytes([]byte{measurementKey}, s.Profile), s.Entity)
	groups, err := form.Append(nil, value.ListOf(s.Groups...))
	if err != nil {
		return nil, fmt.Errorf("the groups of the profile %q: %w", s.Profile, err)
	}
	key = form.AppendBytes(key, groups)
	return key[:len(key):len(key)], checkKey(key)
}

// Put keeps measurements, each in the place of one of the same period.
func (p Profiles) Put(ctx context.Context, records []Record) error {
	entries := make([]Entry, 0, len(records))
	for i := range records {
		e, err := records[i].Entry()
		if err != nil {
			return err
		}
		entries = append(entries, e)
	}
	return p.Store.Put(ctx, entries)
}

// Entry returns the entry that keeps the measurement. It fails if no store can hold it.
func (r *Record) Entry() (Entry, error) {
	series, err := seriesKey(r.Series)
	if err != nil {
		return Entry{}, fmt.Errorf("the profile %.60q of %.60q: %w", r.Profile, r.Entity, err)
	}
	kept, err := formOf(r.Value)
	if err != nil {
		return Entry{}, fmt.Errorf("the value of the profile %.60q of %.60q: %w", r.Profile, r.Entity, err)
	}
	return Entry{keyOf(series, r.Period), kept, r.Expires}, nil
}

// Measurements implements profile.Store.
func (p Profiles) Measurements(ctx context.Context, s profile.Series, periods []profile.Period) ([]profile.Measurement, error) {
	series, err := seriesKey(s)
	if err != nil {
		return nil, err
	}
	keys := make([][]byte, len(periods))
	for i, period := range periods {
		keys[i] = keyOf(series, period)
	}
	values, err := p.Store.Get(ctx, keys)
	if err != nil {
		return nil, err
	}
	var found []profile.Measurement
	for i, kept := range values {
		if kept == nil {
			continue
		}
		v, err := form.Decode(kept, fn.Decoding{Types: p.Types})
		if err != nil {
			return nil, fmt.Errorf("a measurement of the profile %q: %w", s.Profile, err)
		}
		found = append(found, profile.Measurement{Period: periods[i], Value: v.Freeze()})
	}
	return found, nil
}

// readMeasurement returns the measurement of an entry.
func readMeasurement(e Entry, types []*fn.Type) (r Record, err error) {
	r.Expires = e.Expires
	rest := e.Key[1:]
	if r.Profile, rest, err = cutText(rest); err != nil {
		return r, err
	}
	if r.Entity, rest, err = cutText(rest); err != nil {
		return r, err
	}
	groups, rest, err := cutText(rest)
	if err != nil || len(rest) != 16 {
		return r, errKey
	}
	r.Period = profile.Period{ID: int64(binary.BigEndian.Uint64(rest[8:])), Length: int64(binary.BigEndian.Uint64(rest))}
	list, err := form.Decode([]byte(groups), fn.Decoding{Types: types})
	if err != nil {
		return r, err
	}
	for i := range list.Len() {
		r.Groups = append(r.Groups, list.Item(i))
	}
	r.Value, err = form.Decode(e.Value, fn.Decoding{Types: types})
	return r, err
}

// Scan calls yield with all measurements, in any order, until it fails.
func (p Profiles) Scan(ctx context.Context, yield func(Record) error) error {
	return p.Store.Scan(ctx, []byte{measurementKey}, func(e Entry) error {
		r, err := readMeasurement(e, p.Types)
		if err != nil {
			return damaged(p.Damaged, fmt.Errorf("a measurement of the profile %.60q of %.60q: %w", r.Profile, r.Entity, err))
		}
		return yield(r)
	})
}
