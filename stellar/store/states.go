package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/stellarlang/stellar/functions/profile"
	form "github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/value"
)

// States are what the profiler of a name knows between its runs.
type States struct {
	Store Store
	Types []*fn.Type // of the objects that variables may be
	Name  string
	// Run tells processes apart that use the same name: what Claim says holds until another
	// one claims, after which this one changes nothing more. 0 checks nothing.
	Run uint64
}

// ErrClaimed says that another process has taken the place of this one.
var ErrClaimed = errors.New("another process profiles under this name in the store; --name tells several apart")

// positionKey returns the key of how far the profiler had come.
func (s States) positionKey() []byte { return form.AppendBytes([]byte{positionKey}, s.Name) }

// prefix begins the keys of the states of a generation. Each saving makes a new one,
// which counts when the position names it.
func (s States) prefix(generation uint64) []byte {
	return binary.BigEndian.AppendUint64(form.AppendBytes([]byte{stateKey}, s.Name), generation)
}

// Progress is how far a profiler had come.
type Progress struct {
	profiler.Position
	Read map[string]Mark // by the name of the source

	run uint64 // that goes on from here; 0 for none
}

// Mark is how far a source was read. Sums are those of CRC-32C.
type Mark struct {
	First    uint32 // the sum of the first message
	All      uint32 // the sum of all messages, one after the other
	Messages int64
}

// progress returns how far the profiler had come, and the generation of its states.
func (s States) progress(ctx context.Context) (p Progress, generation uint64, found bool, err error) {
	values, err := s.Store.Get(ctx, [][]byte{s.positionKey()})
	if err != nil || values[0] == nil {
		return p, 0, false, err
	}
	v, err := form.Decode(values[0], fn.Decoding{})
	if err == nil {
		p, generation, err = readProgress(v)
	}
	if err != nil {
		return p, 0, false, fmt.Errorf("the position of the profiler %q cannot be read: %w", s.Name, err)
	}
	return p, generation, true, nil
}

// owned returns what progress does, or ErrClaimed.
func (s States) owned(ctx context.Context) (p Progress, generation uint64, err error) {
	p, generation, _, err = s.progress(ctx)
	if err == nil && s.Run != 0 && p.run != s.Run {
		err = fmt.Errorf("the profiler %q: %w", s.Name, ErrClaimed)
	}
	return p, generation, err
}

// Claim has this run take the place of others that use the name.
func (s States) Claim(ctx context.Context, p Progress) error {
	_, generation, _, err := s.progress(ctx)
	if err != nil {
		return err
	}
	p.run = s.Run
	entry, err := s.progressEntry(p, generation)
	if err != nil {
		return err
	}
	return s.Store.Put(ctx, []Entry{entry})
}

// progressEntry returns the entry of a list: the position, which are the latest time, the
// first period that has not ended, the length of periods, and the first that was not
// measured, the generation of the states, a map with a list for each source, and the run.
func (s States) progressEntry(p Progress, generation uint64) (Entry, error) {
	read := value.NewMap(len(p.Read))
	for name, m := range p.Read {
		read.PutNew(value.String(name), value.ListOf(value.Long(int64(m.First)), value.Long(int64(m.All)), value.Long(m.Messages)))
	}
	kept, err := form.Append(nil, value.ListOf(
		value.Long(p.Newest), value.Long(p.Over), value.Long(p.Length), value.Long(p.Measured), value.Long(int64(generation)), value.FromMap(read), value.Long(int64(p.run))))
	return Entry{Key: s.positionKey(), Value: kept}, err
}

// isTuple reports whether a value is a list of items of these kinds.
func isTuple(v value.Value, kinds ...value.Kind) bool {
	if v.Kind() != value.KindList || v.Len() != len(kinds) {
		return false
	}
	for i, kind := range kinds {
		if v.Item(i).Kind() != kind {
			return false
		}
	}
	return true
}

// isPeriod reports whether a number can be one of periods of a length, which begin within
// maxTime.
func isPeriod(id, length int64) bool { return id >= 0 && length > 0 && id <= maxTime/length }

func readProgress(v value.Value) (p Progress, generation uint64, err error) {
	const long = value.KindLong
	if !isTuple(v, long, long, long, long, long, value.KindMap, long) {
		return p, 0, form.ErrMalformed
	}
	at := profiler.Position{Newest: v.Item(0).Int64(), Over: v.Item(1).Int64(), Length: v.Item(2).Int64(), Measured: v.Item(3).Int64()}
	if at != (profiler.Position{}) && (at.Newest < 0 || !isPeriod(at.Over, at.Length) || !isPeriod(at.Measured, at.Length)) {
		return p, 0, form.ErrMalformed
	}
	p = Progress{Position: at, Read: map[string]Mark{}, run: uint64(v.Item(6).Int64())}
	for name, m := range v.Item(5).Map().All() {
		if name.Kind() != value.KindString || !isTuple(m, long, long, long) {
			return Progress{}, 0, form.ErrMalformed
		}
		first, all, messages := m.Item(0).Int64(), m.Item(1).Int64(), m.Item(2).Int64()
		if uint64(first) > math.MaxUint32 || uint64(all) > math.MaxUint32 || messages < 0 {
			return Progress{}, 0, form.ErrMalformed
		}
		p.Read[name.Str()] = Mark{uint32(first), uint32(all), messages}
	}
	return p, uint64(v.Item(4).Int64()), nil
}

// Progress returns how far the profiler had come; found is false if nothing is kept.
func (s States) Progress(ctx context.Context) (p Progress, found bool, err error) {
	p, _, found, err = s.progress(ctx)
	return p, found, err
}

// Forget has the profiler begin anew. Measurements stay.
func (s States) Forget(ctx context.Context) error {
	return s.Store.Delete(ctx, [][]byte{s.positionKey()})
}

// Measured keeps measurements, and with them of which periods these are whole. A profiler
// that goes on from what was saved before does not replace them by those of a part.
func (s States) Measured(ctx context.Context, measurements []Entry, p profiler.Position) error {
	last, generation, err := s.owned(ctx)
	if err != nil {
		return err
	}
	if last.Measured == p.Measured {
		return s.Store.Put(ctx, measurements)
	}
	last.Length, last.Measured = p.Length, p.Measured
	position, err := s.progressEntry(last, generation)
	if err != nil {
		return err
	}
	return s.Store.Put(ctx, append(measurements, position))
}

// Save keeps what a profiler knows, in the place of what was kept before. If it is ended in
// between, that still holds. States that cannot be kept are left out, and the error
// is of the first of them. The run claims nothing any more if it is done.
func (s States) Save(ctx context.Context, p Progress, states iter.Seq[profiler.State], done bool) error {
	_, last, err := s.owned(ctx)
	if err != nil {
		return err
	}
	prefix := s.prefix(last + 1)
	if err := s.clear(ctx, func(key []byte) bool { return bytes.HasPrefix(key, prefix) }); err != nil {
		return err
	}
	var entries batch
	var unkept error
	number := uint64(0)
	for state := range states {
		kept, err := appendState(nil, state)
		if err == nil && len(kept) > MaxValue {
			err = fmt.Errorf("they take %d bytes, where %d are possible", len(kept), MaxValue)
		}
		if err != nil {
			unkept = cmp.Or(unkept, fmt.Errorf("the variables of the profile %.60q of %.60q: %w", state.Profile, state.Entity, err))
			continue
		}
		number++
		if entries.add(Entry{Key: binary.BigEndian.AppendUint64(prefix[:len(prefix):len(prefix)], number), Value: kept}) {
			if err := entries.put(ctx, s.Store); err != nil {
				return err
			}
		}
	}
	if p.run = s.Run; done {
		p.run = 0
	}
	position, err := s.progressEntry(p, last+1)
	if err != nil {
		return err
	}
	entries.add(position)
	if err := entries.put(ctx, s.Store); err != nil {
		return err
	}
	if err := s.clear(ctx, func(key []byte) bool { return !bytes.HasPrefix(key, prefix) }); err != nil {
		return err
	}
	return unkept
}

// clear deletes the states of the profiler whose keys are chosen.
func (s States) clear(ctx context.Context, chosen func(key []byte) bool) error {
	var keys [][]byte
	err := s.Store.Scan(ctx, form.AppendBytes([]byte{stateKey}, s.Name), func(e Entry) error {
		if chosen(e.Key) {
			keys = append(keys, e.Key)
		}
		return nil
	})
	if err != nil || len(keys) == 0 {
		return err
	}
	return s.Store.Delete(ctx, keys)
}

// Load calls yield with all that a profiler knew, until it fails.
func (s States) Load(ctx context.Context, yield func(profiler.State) error) error {
	_, generation, found, err := s.progress(ctx)
	if err != nil || !found {
		return err
	}
	return s.Store.Scan(ctx, s.prefix(generation), func(e Entry) error {
		state, err := readState(e.Value, s.Types)
		if err != nil {
			return fmt.Errorf("a state of the profiler %q: %w", s.Name, err)
		}
		return yield(state)
	})
}

// EncodeState returns the binary form of a state.
func EncodeState(s profiler.State) ([]byte, error) { return appendState(nil, s) }

// DecodeState returns the state of a binary form.
func DecodeState(b []byte, types []*fn.Type) (profiler.State, error) { return readState(b, types) }

// appendState appends the binary form of a list: the profile, the digest of its
// definition, the entity, the number and the length of the period, whether it has begun,
// the latest time, a map of the variables, and whether the period has ended.
func appendState(b []byte, s profiler.State) ([]byte, error) {
	variables := value.NewMap(len(s.Variables))
	for name, v := range s.Variables {
		variables.PutNew(value.String(name), v)
	}
	return form.Append(b, value.ListOf(
		value.String(s.Profile), value.String(s.Definition), value.String(s.Entity), value.Long(s.Period.ID), value.Long(s.Period.Length),
		value.Bool(s.Begun), value.Long(s.Latest), value.FromMap(variables), value.Bool(s.Ended),
	))
}

func readState(kept []byte, types []*fn.Type) (s profiler.State, err error) {
	v, err := form.Decode(kept, fn.Decoding{Types: types})
	if err != nil {
		return s, err
	}
	const text, long, flag = value.KindString, value.KindLong, value.KindBool
	if !isTuple(v, text, text, text, long, long, flag, long, value.KindMap, flag) ||
		!isPeriod(v.Item(3).Int64(), v.Item(4).Int64()) || v.Item(6).Int64() < 0 {
		return s, form.ErrMalformed
	}
	s = profiler.State{
		Profile: v.Item(0).Str(), Definition: v.Item(1).Str(), Entity: v.Item(2).Str(),
		Period: profile.Period{ID: v.Item(3).Int64(), Length: v.Item(4).Int64()},
		Begun:  v.Item(5).Bool(), Latest: v.Item(6).Int64(), Variables: map[string]value.Value{}, Ended: v.Item(8).Bool(),
	}
	for name, of := range v.Item(7).Map().All() {
		if name.Kind() != text {
			return profiler.State{}, form.ErrMalformed
		}
		s.Variables[name.Str()] = of
	}
	return s, nil
}

// checkProfilerEntry reports what is wrong with an entry that only profilers read.
func checkProfilerEntry(key, kept []byte, types []*fn.Type) error {
	if len(key) == 0 || key[0] != positionKey && key[0] != stateKey {
		return errors.New("there is no entry of this key")
	}
	_, rest, err := cutText(key[1:])
	if err != nil || len(key) > MaxKey {
		return errors.New("the key is none of ours")
	}
	switch {
	case key[0] == positionKey && len(rest) == 0:
		var v value.Value
		if v, err = form.Decode(kept, fn.Decoding{}); err == nil {
			_, _, err = readProgress(v)
		}
	case key[0] == stateKey && len(rest) == 16:
		_, err = readState(kept, types)
	default:
		err = errors.New("the key is none of ours")
	}
	return err
}

// ScanStates calls yield with the name of the profiler of each state, in any order, until
// it fails.
func ScanStates(ctx context.Context, s Store, yield func(profiler string) error) error {
	return s.Scan(ctx, []byte{stateKey}, func(e Entry) error {
		name, _, err := cutText(e.Key[1:])
		if err != nil {
			return err
		}
		return yield(name)
	})
}
