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
	"math/rand/v2"

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

// stateKeyOf returns the key of a state of a generation, which are numbered from 1.
func stateKeyOf(prefix []byte, number uint64) []byte {
	return binary.BigEndian.AppendUint64(prefix[:len(prefix):len(prefix)], number)
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

// position is an entry: how far the profiler had come, and which states it knew then.
type position struct {
	Progress
	generation uint64
	states     int64 // of the generation; -1 if that is not known
	raw        []byte
}

// position returns the one that is kept; raw is nil if there is none.
func (s States) position(ctx context.Context) (at position, err error) {
	values, err := s.Store.Get(ctx, [][]byte{s.positionKey()})
	if err != nil || values[0] == nil {
		return position{}, err
	}
	v, err := form.Decode(values[0], fn.Decoding{})
	if err == nil {
		at, err = readPosition(v)
	}
	if err != nil {
		return position{}, fmt.Errorf("the position of the profiler %q cannot be read: %w", s.Name, err)
	}
	at.raw = values[0]
	return at, nil
}

// owned returns what position does, or ErrClaimed.
func (s States) owned(ctx context.Context) (position, error) {
	at, err := s.position(ctx)
	if err == nil && s.Run != 0 && at.run != s.Run {
		err = s.claimed()
	}
	return at, err
}

func (s States) claimed() error { return fmt.Errorf("the profiler %q: %w", s.Name, ErrClaimed) }

// replace puts a position in the place of one that was read.
func (s States) replace(ctx context.Context, at position, raw []byte) error {
	kept, err := at.encode()
	if err != nil {
		return err
	}
	replaced, err := s.Store.Replace(ctx, Entry{Key: s.positionKey(), Value: kept}, raw)
	if err == nil && !replaced {
		err = s.claimed()
	}
	return err
}

// Claim has this run take the place of others that use the name, and returns how far these
// had come; found is false if they have kept nothing.
func (s States) Claim(ctx context.Context) (p Progress, found bool, err error) {
	for {
		at, err := s.position(ctx)
		if err != nil {
			return Progress{}, false, err
		}
		raw := at.raw
		at.run = s.Run
		err = s.replace(ctx, at, raw)
		if errors.Is(err, ErrClaimed) && ctx.Err() == nil {
			continue
		}
		if err == nil { // states that another run was about to keep
			prefix := s.prefix(at.generation)
			err = s.clear(ctx, func(key []byte) bool { return !bytes.HasPrefix(key, prefix) })
		}
		return at.Progress, at.Length > 0, err
	}
}

// encode returns the binary form of a list: the latest time, the first period that has not
// ended, the length of periods, and the first that was not measured, the generation of the
// states, a map with a list for each source, the run, and the number of the states.
func (at position) encode() ([]byte, error) {
	read := value.NewMap(len(at.Read))
	for name, m := range at.Read {
		read.PutNew(value.String(name), value.ListOf(value.Long(int64(m.First)), value.Long(int64(m.All)), value.Long(m.Messages)))
	}
	return form.Append(nil, value.ListOf(
		value.Long(at.Newest), value.Long(at.Over), value.Long(at.Length), value.Long(at.Measured), value.Long(int64(at.generation)), value.FromMap(read),
		value.Long(int64(at.run)), value.Long(at.states)))
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

// readPosition reads what encode has written, or what was written before states were
// counted.
func readPosition(v value.Value) (at position, err error) {
	const long = value.KindLong
	counted := isTuple(v, long, long, long, long, long, value.KindMap, long, long)
	if !counted && !isTuple(v, long, long, long, long, long, value.KindMap, long) {
		return at, form.ErrMalformed
	}
	p := profiler.Position{Newest: v.Item(0).Int64(), Over: v.Item(1).Int64(), Length: v.Item(2).Int64(), Measured: v.Item(3).Int64()}
	if p != (profiler.Position{}) && (p.Newest < 0 || !isPeriod(p.Over, p.Length) || !isPeriod(p.Measured, p.Length)) {
		return at, form.ErrMalformed
	}
	at = position{
		Progress:   Progress{Position: p, Read: map[string]Mark{}, run: uint64(v.Item(6).Int64())},
		generation: uint64(v.Item(4).Int64()), states: -1,
	}
	if counted {
		if at.states = v.Item(7).Int64(); at.states < -1 {
			return position{}, form.ErrMalformed
		}
	}
	for name, m := range v.Item(5).Map().All() {
		if name.Kind() != value.KindString || !isTuple(m, long, long, long) {
			return position{}, form.ErrMalformed
		}
		first, all, messages := m.Item(0).Int64(), m.Item(1).Int64(), m.Item(2).Int64()
		if uint64(first) > math.MaxUint32 || uint64(all) > math.MaxUint32 || messages < 0 {
			return position{}, form.ErrMalformed
		}
		at.Read[name.Str()] = Mark{uint32(first), uint32(all), messages}
	}
	return at, nil
}

// Progress returns how far the profiler had come; found is false if nothing is kept.
func (s States) Progress(ctx context.Context) (p Progress, found bool, err error) {
	at, err := s.position(ctx)
	return at.Progress, at.raw != nil, err
}

// Forget has the profiler begin anew. Measurements stay.
func (s States) Forget(ctx context.Context) error {
	return s.Store.Delete(ctx, [][]byte{s.positionKey()})
}

// Measured keeps measurements, and then of which periods these are whole. A profiler
// that goes on from what was saved before does not replace them by those of a part.
func (s States) Measured(ctx context.Context, measurements []Entry, p profiler.Position) error {
	last, err := s.owned(ctx)
	if err != nil {
		return err
	}
	if err := s.Store.Put(ctx, measurements); err != nil || last.Measured == p.Measured {
		return err
	}
	last.Length, last.Measured = p.Length, p.Measured
	return s.replace(ctx, last, last.raw)
}

// Save keeps what a profiler knows, in the place of what was kept before. If it is ended in
// between, that still holds. States that cannot be kept are left out, and the error
// is of the first of them. The run claims nothing any more if it is done.
func (s States) Save(ctx context.Context, p Progress, states iter.Seq[profiler.State], done bool) error {
	last, err := s.owned(ctx)
	if err != nil {
		return err
	}
	next := position{Progress: p, generation: rand.Uint64()} // no other run makes the same
	prefix := s.prefix(next.generation)
	var entries batch
	var unkept error
	for state := range states {
		kept, err := appendState(nil, state)
		if err == nil && len(kept) > MaxValue {
			err = fmt.Errorf("they take %d bytes, where %d are possible", len(kept), MaxValue)
		}
		if err != nil {
			unkept = cmp.Or(unkept, fmt.Errorf("the variables of the profile %.60q of %.60q: %w", state.Profile, state.Entity, err))
			continue
		}
		next.states++
		if entries.add(Entry{Key: stateKeyOf(prefix, uint64(next.states)), Value: kept}) {
			if err := entries.put(ctx, s.Store); err != nil {
				return err
			}
		}
	}
	if err := entries.put(ctx, s.Store); err != nil {
		return err
	}
	if next.run = s.Run; done {
		next.run = 0
	}
	if err := s.replace(ctx, next, last.raw); err != nil {
		return err
	}
	if err := s.drop(ctx, last); err != nil {
		return err
	}
	return unkept
}

// drop deletes the states of a position that is not there any more.
func (s States) drop(ctx context.Context, old position) error {
	prefix := s.prefix(old.generation)
	if old.states < 0 {
		return s.clear(ctx, func(key []byte) bool { return bytes.HasPrefix(key, prefix) })
	}
	return old.eachKey(prefix, func(keys [][]byte) error { return s.Store.Delete(ctx, keys) })
}

// eachKey calls do with the keys of the states, some at a time.
func (at position) eachKey(prefix []byte, do func(keys [][]byte) error) error {
	for first := int64(0); first < at.states; first += statesAtOnce {
		var keys [][]byte
		for n := first + 1; n <= min(at.states, first+statesAtOnce); n++ {
			keys = append(keys, stateKeyOf(prefix, uint64(n)))
		}
		if err := do(keys); err != nil {
			return err
		}
	}
	return nil
}

// statesAtOnce is how many states are read or deleted together.
const statesAtOnce = 1000

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
	at, err := s.position(ctx)
	if err != nil || at.raw == nil {
		return err
	}
	read := func(kept []byte) error {
		state, err := readState(kept, s.Types)
		if err != nil {
			return fmt.Errorf("a state of the profiler %q: %w", s.Name, err)
		}
		return yield(state)
	}
	prefix := s.prefix(at.generation)
	if at.states < 0 {
		return s.Store.Scan(ctx, prefix, func(e Entry) error { return read(e.Value) })
	}
	return at.eachKey(prefix, func(keys [][]byte) error {
		values, err := s.Store.Get(ctx, keys)
		if err != nil {
			return err
		}
		for _, kept := range values {
			if kept == nil {
				return fmt.Errorf("the profiler %q: states are missing in the store; --anew begins without them", s.Name)
			}
			if err := read(kept); err != nil {
				return err
			}
		}
		return nil
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
			_, err = readPosition(v)
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
