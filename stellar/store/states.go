package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"iter"

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
}

// positionKey returns the key of how far the profiler had come.
func (s States) positionKey() []byte { return appendText([]byte{positionKey}, s.Name) }

// prefix begins the keys of the states of a generation. Each saving makes a new one,
// which counts when the position names it.
func (s States) prefix(generation uint64) []byte {
	return binary.BigEndian.AppendUint64(appendText([]byte{stateKey}, s.Name), generation)
}

// position returns how far the profiler had come, and the generation of its states.
func (s States) position(ctx context.Context) (p profiler.Position, generation uint64, found bool, err error) {
	values, err := s.Store.Get(ctx, [][]byte{s.positionKey()})
	if err != nil || values[0] == nil {
		return p, 0, false, err
	}
	v, err := form.Decode(values[0], fn.Decoding{})
	if err == nil && (v.Kind() != value.KindList || v.Len() != 3) {
		err = form.ErrMalformed
	}
	if err != nil {
		return p, 0, false, fmt.Errorf("the position of the profiler %q cannot be read: %w", s.Name, err)
	}
	return profiler.Position{Newest: v.Item(0).Int64(), Over: v.Item(1).Int64()}, uint64(v.Item(2).Int64()), true, nil
}

// statesAtOnce is how many states are written together.
const statesAtOnce = 1000

// Save keeps what a profiler knows, in the place of what was kept before. If it is ended in
// between, that still holds.
func (s States) Save(ctx context.Context, p profiler.Position, states iter.Seq[profiler.State]) error {
	_, last, _, err := s.position(ctx)
	if err != nil {
		return err
	}
	prefix := s.prefix(last + 1)
	if err := s.clear(ctx, func(key []byte) bool { return bytes.HasPrefix(key, prefix) }); err != nil {
		return err
	}
	var entries []Entry
	number := uint64(0)
	for state := range states {
		kept, err := appendState(nil, state)
		if err != nil {
			return fmt.Errorf("the variables of the profile %q: %w", state.Profile, err)
		}
		number++
		entries = append(entries, Entry{Key: binary.BigEndian.AppendUint64(prefix[:len(prefix):len(prefix)], number), Value: kept})
		if len(entries) == statesAtOnce {
			if err := s.Store.Put(ctx, entries); err != nil {
				return err
			}
			entries = entries[:0]
		}
	}
	if err := s.Store.Put(ctx, entries); err != nil {
		return err
	}
	position, err := form.Append(nil, value.ListOf(value.Long(p.Newest), value.Long(p.Over), value.Long(int64(last+1))))
	if err != nil {
		return err
	}
	if err := s.Store.Put(ctx, []Entry{{Key: s.positionKey(), Value: position}}); err != nil {
		return err
	}
	return s.clear(ctx, func(key []byte) bool { return !bytes.HasPrefix(key, prefix) })
}

// clear deletes the states of the profiler whose keys are chosen.
func (s States) clear(ctx context.Context, chosen func(key []byte) bool) error {
	var keys [][]byte
	err := s.Store.Scan(ctx, appendText([]byte{stateKey}, s.Name), func(e Entry) error {
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

// Load calls yield with all that a profiler knew, until it fails, and returns how far it
// had come; found is false if nothing is kept.
func (s States) Load(ctx context.Context, yield func(profiler.State) error) (p profiler.Position, found bool, err error) {
	p, generation, found, err := s.position(ctx)
	if err != nil || !found {
		return p, false, err
	}
	err = s.Store.Scan(ctx, s.prefix(generation), func(e Entry) error {
		state, err := readState(e.Value, s.Types)
		if err != nil {
			return fmt.Errorf("a state of the profiler %q: %w", s.Name, err)
		}
		return yield(state)
	})
	return p, err == nil, err
}

// appendState appends the binary form of a list: the profile, the digest of its
// definition, the entity, the number and the length of the period, whether it has begun,
// the latest time, and a map of the variables.
func appendState(b []byte, s profiler.State) ([]byte, error) {
	variables := value.NewMap(len(s.Variables))
	for name, v := range s.Variables {
		variables.PutNew(value.String(name), v)
	}
	return form.Append(b, value.ListOf(
		value.String(s.Profile), value.String(s.Definition), value.String(s.Entity), value.Long(s.Period.ID), value.Long(s.Period.Length),
		value.Bool(s.Begun), value.Long(s.Latest), value.FromMap(variables),
	))
}

func readState(kept []byte, types []*fn.Type) (s profiler.State, err error) {
	v, err := form.Decode(kept, fn.Decoding{Types: types})
	if err != nil {
		return s, err
	}
	if v.Kind() != value.KindList || v.Len() != 8 || v.Item(7).Kind() != value.KindMap {
		return s, form.ErrMalformed
	}
	s = profiler.State{
		Profile: v.Item(0).Str(), Definition: v.Item(1).Str(), Entity: v.Item(2).Str(),
		Period: profile.Period{ID: v.Item(3).Int64(), Length: v.Item(4).Int64()},
		Begun:  v.Item(5).Bool(), Latest: v.Item(6).Int64(), Variables: map[string]value.Value{},
	}
	for name, of := range v.Item(7).Map().All() {
		s.Variables[name.Str()] = of
	}
	return s, nil
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
