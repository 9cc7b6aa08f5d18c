package store_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/profiler"
	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/store/storetest"
	"github.com/stellarlang/stellar/stellar/value"
)

func TestMemory(t *testing.T) { storetest.Run(t, &store.Memory{}) }

var types = fn.TypesOf(functions.Library().Functions)

func evaluate(t *testing.T, expression string) value.Value {
	program, err := stellar.Compile(expression)
	require.NoError(t, err)
	v, err := program.Value(context.Background(), nil)
	require.NoError(t, err)
	return v
}

func TestProfiles(t *testing.T) {
	p := store.Profiles{Store: &store.Memory{}, Types: types}
	period := func(id int64) profile.Period { return profile.Period{ID: id, Length: 60_000} }
	series := profile.Series{Profile: "p", Entity: "e"}
	grouped := profile.Series{Profile: "p", Entity: "e", Groups: []value.Value{value.Int(1), value.String("a")}}
	others := []profile.Series{
		{Profile: "p", Entity: "f"}, {Profile: "pe", Entity: ""}, {Profile: "p", Entity: "e", Groups: []value.Value{value.Int(1)}},
		{Profile: "p", Entity: "e", Groups: []value.Value{value.String("1"), value.String("a")}},
	}
	mean := evaluate(t, "{'n' : 5L, 'list' : [1.5, null]}")
	var records []store.Record
	for id := range int64(300) {
		records = append(records, store.Record{Series: series, Measurement: profile.Measurement{Period: period(id), Value: value.Long(id)}})
	}
	records = append(records, store.Record{Series: grouped, Measurement: profile.Measurement{Period: period(7), Value: mean}, Expires: time.Now().Add(time.Hour)})
	require.NoError(t, p.Put(t.Context(), records))

	found, err := p.Measurements(t.Context(), series, []profile.Period{period(298), period(299), period(300), {ID: 5, Length: 1}})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, int64(299), found[1].Value.Int64())
	found, err = p.Measurements(t.Context(), grouped, []profile.Period{period(6), period(7)})
	require.NoError(t, err)
	require.True(t, value.Same(mean, found[0].Value))
	require.True(t, found[0].Value.Frozen())
	for _, other := range others {
		found, err = p.Measurements(t.Context(), other, []profile.Period{period(7)})
		require.NoError(t, err)
		require.Empty(t, found)
	}
	seen := 0
	require.NoError(t, p.Scan(t.Context(), func(r store.Record) error {
		if seen++; len(r.Groups) > 0 {
			require.Equal(t, "p e [1, a]", fmt.Sprintf("%s %s %s", r.Profile, r.Entity, value.ListOf(r.Groups...)))
			require.True(t, value.Same(mean, r.Value))
			require.False(t, r.Expires.IsZero())
		}
		return nil
	}))
	require.Equal(t, 301, seen)
}

func state(name string, n int32) profiler.State {
	return profiler.State{
		Profile: name, Definition: "d", Entity: "e", Period: profile.Period{ID: 5, Length: 1000}, Begun: true, Latest: 5001,
		Variables: map[string]value.Value{"n": value.Int(n), "l": value.ListOf(value.Int(n))},
	}
}

// broken fails at some put.
type broken struct {
	store.Store
	puts int
}

var errBroken = errors.New("broken")

func (b *broken) Put(ctx context.Context, entries []store.Entry) error {
	if b.puts--; b.puts < 0 {
		return errBroken
	}
	return b.Store.Put(ctx, entries)
}

func TestStates(t *testing.T) {
	memory := &store.Memory{}
	s := store.States{Store: memory, Types: types, Name: "traffic"}
	load := func() (store.Progress, []string) {
		var found []string
		err := s.Load(t.Context(), func(of profiler.State) error {
			require.Equal(t, profile.Period{ID: 5, Length: 1000}, of.Period)
			require.True(t, of.Begun && of.Latest == 5001 && of.Definition == "d" && of.Entity == "e")
			found = append(found, of.Profile+of.Variables["l"].String())
			return nil
		})
		require.NoError(t, err)
		p, ok, err := s.Progress(t.Context())
		require.NoError(t, err)
		require.Equal(t, len(found) > 0, ok)
		slices.Sort(found)
		return p, found
	}
	several := func(states ...profiler.State) iter.Seq[profiler.State] { return slices.Values(states) }
	come := func(newest, over int64) store.Progress {
		return store.Progress{
			Position: profiler.Position{Newest: newest, Over: over, Length: 1000, Measured: over},
			Read:     map[string]store.Mark{"a.json": {First: 1<<32 - 1, All: 2, Messages: newest}},
		}
	}
	_, found := load()
	require.Empty(t, found)

	require.NoError(t, s.Save(t.Context(), come(9, 2), several(state("a", 1), state("b", 2)), true))
	p, found := load()
	require.Equal(t, come(9, 2), p)
	require.Equal(t, []string{"a[1]", "b[2]"}, found)

	// A saving that fails leaves what was kept before.
	s.Store = &broken{memory, 0}
	require.ErrorIs(t, s.Save(t.Context(), come(10, 0), several(state("a", 3)), true), errBroken)
	p, found = load()
	require.Equal(t, come(9, 2), p)
	require.Equal(t, []string{"a[1]", "b[2]"}, found)
	s.Store = memory

	// Which periods are measured goes on with measurements, and nothing else changes.
	record := store.Record{Series: profile.Series{Profile: "a", Entity: "e"}, Measurement: profile.Measurement{Period: profile.Period{ID: 3, Length: 1000}}}
	entry, err := record.Entry()
	require.NoError(t, err)
	require.NoError(t, s.Measured(t.Context(), []store.Entry{entry}, come(10, 4).Position))
	p, found = load()
	whole := come(9, 2)
	whole.Measured = 4
	require.Equal(t, whole, p)
	require.Equal(t, []string{"a[1]", "b[2]"}, found)
	values, err := memory.Get(t.Context(), [][]byte{entry.Key})
	require.NoError(t, err)
	require.NotNil(t, values[0])
	require.NoError(t, memory.Delete(t.Context(), [][]byte{entry.Key}))

	require.NoError(t, s.Save(t.Context(), come(11, 3), several(state("a", 4)), true))
	_, found = load()
	require.Equal(t, []string{"a[4]"}, found)

	// What cannot be kept is left out, and told.
	wrong := state("w", 1)
	wrong.Variables["l"] = value.Object(t)
	require.ErrorContains(t, s.Save(t.Context(), come(11, 3), several(wrong, state("a", 5)), true), `the variables of the profile "w" of "e"`)
	_, found = load()
	require.Equal(t, []string{"a[5]"}, found)

	// Nothing of what was replaced is left, and other profilers are not touched.
	other := store.States{Store: memory, Types: types, Name: "other"}
	require.NoError(t, other.Save(t.Context(), store.Progress{}, several(state("o", 1)), true))
	require.NoError(t, s.Save(t.Context(), come(12, 0), several(state("a", 5)), true))
	count := 0
	require.NoError(t, memory.Scan(t.Context(), nil, func(store.Entry) error { count++; return nil }))
	require.Equal(t, 4, count, "two positions and two states")

	// A run that claims the name takes it from another one, until it is done.
	first, second := s, s
	first.Run, second.Run = 1, 2
	claim := func(s store.States) {
		p, found, err := s.Claim(t.Context())
		require.NoError(t, err)
		require.True(t, found)
		require.EqualValues(t, 1000, p.Length)
	}
	claim(first)
	require.NoError(t, first.Measured(t.Context(), nil, come(13, 1).Position))
	require.NoError(t, first.Save(t.Context(), come(13, 1), several(state("a", 6)), false))
	claim(second)
	require.ErrorIs(t, first.Measured(t.Context(), nil, come(13, 2).Position), store.ErrClaimed)
	require.ErrorIs(t, first.Save(t.Context(), come(14, 1), several(state("a", 7)), false), store.ErrClaimed)
	_, found = load()
	require.Equal(t, []string{"a[6]"}, found)
	require.NoError(t, second.Save(t.Context(), come(15, 1), several(state("a", 8)), true))
	require.ErrorIs(t, second.Save(t.Context(), come(15, 1), several(state("a", 8)), true), store.ErrClaimed)
	_, found = load()
	require.Equal(t, []string{"a[8]"}, found)

	require.NoError(t, s.Forget(t.Context()))
	_, found = load()
	require.Empty(t, found)
}

// A name that no store can hold is told by its beginning.
func TestEntries(t *testing.T) {
	long := store.Record{Series: profile.Series{Profile: "p", Entity: strings.Repeat("x", store.MaxKey)}}
	_, err := long.Entry()
	require.ErrorContains(t, err, `the profile "p" of "xxxxx`)
	require.Less(t, len(err.Error()), 300)
}

// What cannot be read is told, and does not keep the rest from being exported.
func TestExportDamaged(t *testing.T) {
	memory := &store.Memory{}
	for i, v := range []value.Value{value.Int(1), value.Int(2)} {
		record := store.Record{Series: profile.Series{Profile: "p", Entity: fmt.Sprint(i)}, Measurement: profile.Measurement{Period: profile.Period{Length: 1000}, Value: v}}
		entry, err := record.Entry()
		require.NoError(t, err)
		if i == 0 {
			entry.Value = []byte("what")
		}
		require.NoError(t, memory.Put(t.Context(), []store.Entry{entry}))
	}
	require.NoError(t, memory.Put(t.Context(), []store.Entry{{Key: []byte("e\xff"), Value: []byte("what")}}))
	var lines, told []string
	write := func(line []byte) error {
		lines = append(lines, string(line))
		return nil
	}
	require.NoError(t, store.Export(t.Context(), memory, types, func(err error) { told = append(told, err.Error()) }, write))
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], `"entity":"1"`)
	require.Len(t, told, 2)
	require.Contains(t, told[1], `a measurement of the profile "p" of "0": `)
	require.Error(t, store.Export(t.Context(), memory, types, nil, write))
}

// TestImportDamaged: an entry of a profiler that is none is refused, and nothing is kept.
func TestImportDamaged(t *testing.T) {
	memory := &store.Memory{}
	s := store.States{Store: memory, Types: types, Name: "traffic"}
	p := store.Progress{Position: profiler.Position{Newest: 5001, Over: 5, Length: 1000, Measured: 5}, Read: map[string]store.Mark{"a.json": {First: 1, All: 2, Messages: 3}}}
	require.NoError(t, s.Save(t.Context(), p, slices.Values([]profiler.State{state("a", 1)}), true))
	var entries []store.Entry
	require.NoError(t, memory.Scan(t.Context(), nil, func(e store.Entry) error {
		entries = append(entries, e)
		return nil
	}))
	require.Len(t, entries, 2)
	line := func(key []byte, v value.Value) []byte {
		kept, err := binary.Append(nil, v)
		require.NoError(t, err)
		text, err := json.Marshal(map[string]any{"kind": "entry", "key": key, "binary": base64.StdEncoding.EncodeToString(kept)})
		require.NoError(t, err)
		return text
	}
	mapOf := func(key, v value.Value) value.Value {
		m := value.NewMap(1)
		m.Put(key, v)
		return value.FromMap(m)
	}
	long := value.Long
	mark := func(items ...value.Value) value.Value { return mapOf(value.String("a.json"), value.ListOf(items...)) }
	ofOtherKinds := []value.Value{
		value.Null, value.Int(5), long(5), value.Double(1), value.String("x"), value.Bool(true), value.ListOf(), value.FromMap(value.NewMap(0)),
	}
	outOfRange := map[int]map[int][]value.Value{ // by the number of items and the place
		8: { // a position
			0: {long(-1)}, 1: {long(-1), long(1 << 61)}, 2: {long(0), long(-1)}, 3: {long(-1), long(1 << 61)},
			5: {mapOf(long(1), value.ListOf(long(1), long(2), long(3))), mark(), mark(long(1), long(2), value.Int(3)), mark(long(1<<32), long(1), long(1)), mark(long(1), long(-1), long(1)), mark(long(1), long(1), long(-1))},
		},
		9: { // a state
			3: {long(-1), long(1 << 61)}, 4: {long(0), long(-1)}, 6: {long(-1)}, 7: {mapOf(long(1), value.String("x"))},
		},
	}
	for _, e := range entries {
		v, err := binary.Decode(e.Value, fn.Decoding{Types: types})
		require.NoError(t, err)
		require.NoError(t, store.NewImport(&store.Memory{}, types).Line(t.Context(), line(e.Key, v)))
		refused := func(v value.Value) {
			var wrong *store.LineError
			damaged := store.NewImport(&store.Memory{}, types)
			require.ErrorAs(t, damaged.Line(t.Context(), line(e.Key, v)), &wrong, "%s", v)
			require.Zero(t, damaged.Count())
		}
		refused(value.ListOf())
		refused(long(1))
		for i := range v.Len() {
			items := slices.Collect(v.List().All())
			for _, other := range ofOtherKinds {
				if kind := v.Item(i).Kind(); other.Kind() != kind {
					items[i] = other
					refused(value.ListOf(items...))
				}
			}
			for _, other := range outOfRange[v.Len()][i] {
				items[i] = other
				refused(value.ListOf(items...))
			}
		}
	}
}
