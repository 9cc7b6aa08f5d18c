package value

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// grown makes lists that hold the next one each, some times, after the first of
// them was put into others: the weights are small, and there are times to the
// power of levels ways to the last list.
func grown(levels, times int) Value {
	lists := make([]*List, levels)
	for i := range lists {
		lists[i] = NewList(nil)
	}
	for i := range levels - 1 {
		for range times {
			lists[i].Append(FromList(lists[i+1]))
		}
	}
	return FromList(lists[0])
}

// TestManyWays: walks go through each container once, not once for each way to
// it.
func TestManyWays(t *testing.T) {
	a, b := grown(200, 2), grown(200, 2)
	require.Less(t, a.Weight(), int64(10))
	require.True(t, Same(a, b))
	require.Equal(t, a.Hash(), b.Hash())

	last := a
	for last.Len() > 0 {
		last = last.List().At(0)
	}
	last.List().Append(Int(1))
	require.False(t, Same(a, b))

	require.Greater(t, len(a.AppendTextUpTo(nil, 10_000)), 10_000)
	require.EqualValues(t, 1, last.List().Append(a).At(0).Int64())
	require.True(t, Same(a.List().At(0), a.List().At(1)), "a was put in as a copy")
	require.NotEmpty(t, a.AppendTextUpTo(nil, 10_000))

	require.False(t, b.Frozen())
	c := b.Copy()
	require.Equal(t, int64(tooHeavy)+1, c.Weight())
	require.Equal(t, 200, c.Levels())
	require.Same(t, c.List().At(0).List(), c.List().At(1).List(), "shared in the copy as well")
	require.Equal(t, c.Weight(), b.Freeze().Weight())
	require.True(t, b.Frozen())
	require.Equal(t, b.List(), b.Copy().List())
}

func TestTooDeep(t *testing.T) {
	nested := func(levels int) Value {
		v := ListOf()
		for i := range levels - 1 {
			if i%2 == 0 {
				v = FromMap(NewMap(1).Put(Int(1), v))
			} else {
				v = ListOf(v)
			}
		}
		return v
	}
	deepest := nested(MaxLevels)
	require.Equal(t, MaxLevels, deepest.Levels())
	require.Less(t, deepest.Weight(), int64(2*MaxLevels))
	require.NotContains(t, deepest.String(), omissionText)
	require.True(t, Same(deepest, nested(MaxLevels)))
	require.Equal(t, deepest.Hash(), nested(MaxLevels).Hash())

	deeper := ListOf(deepest)
	require.Equal(t, MaxLevels+1, deeper.Levels())
	require.Greater(t, deeper.Weight(), int64(1)<<60)
	require.Contains(t, deeper.String(), omissionText)
	require.Equal(t, deeper.Weight(), deeper.Freeze().Weight())

	require.Equal(t, 0, Int(1).Levels())
	require.Equal(t, 1, set().Levels())

	chain := grown(100_000, 1) // looks two levels deep
	require.Less(t, chain.Levels(), 5)
	require.False(t, Same(chain, grown(100_000, 1)))
	require.Equal(t, chain.Hash(), chain.Hash())
	require.Equal(t, strings.Repeat("[", MaxLevels)+omissionText+strings.Repeat("]", MaxLevels), chain.String())
	require.Equal(t, MaxLevels+1, strings.Count(chain.Copy().String(), "]")+1)
	require.Greater(t, chain.Freeze().Levels(), 6*MaxLevels, "as far as they are counted")
}

// TestWeightOfWhatGrew: a part that grew and is taken out again leaves a weight
// that is not less than the entries.
func TestWeightOfWhatGrew(t *testing.T) {
	m, part := NewMap(0), NewList(nil)
	m.Put(Int(1), Int(1)).Put(Int(2), FromList(part))
	for range 100 {
		part.Append(Int(0))
	}
	m.Delete(Int(2))
	require.EqualValues(t, 3, FromMap(m).Weight())
	m.Put(Int(2), FromList(part))
	require.EqualValues(t, 3+102, FromMap(m).Weight())
	part.Append(Int(0))
	m.Put(Int(2), Int(2))
	require.EqualValues(t, 5, FromMap(m).Weight())
}

// TestPutIsCheap: a container that is no part of another one cannot be in what
// is put into it, so that is not searched.
func TestPutIsCheap(t *testing.T) {
	items := make([]Value, 100_000)
	for i := range items {
		items[i] = ListOf()
	}
	v := ListOf(items...)
	for range 100_000 { // 10^10 visits if it were searched
		NewMap(1).Put(Int(1), v)
		NewList(nil).Append(v)
	}
}

// tally is an accumulator.
type tally struct{ n int64 }

func (a *tally) Copy() Accumulator { c := *a; return &c }
func (a *tally) Weight() int64     { return a.n }
func (a *tally) String() string    { return fmt.Sprint("tally of ", a.n) }

func (a *tally) Equal(other any) bool {
	o, ok := other.(*tally)
	return ok && *a == *o
}

func TestAccumulator(t *testing.T) {
	a := &tally{5}
	v := Object(a)
	require.Same(t, a, v.Writable().Object())
	require.Equal(t, "tally of 5", v.String())
	require.True(t, Equal(v, Object(&tally{5})))
	require.EqualValues(t, 5, v.Weight())
	require.EqualValues(t, tooHeavy, Object(&tally{math.MaxInt64}).Weight())
	require.EqualValues(t, 1, Object(&tally{math.MinInt64}).Weight())
	require.EqualValues(t, 1, Int(5).Writable().Weight())

	list := ListOf(v, v)
	require.EqualValues(t, 11, list.Weight())
	a.n = 7
	require.EqualValues(t, 11, list.Weight())
	c := list.Copy()
	require.EqualValues(t, 15, c.Weight(), "counted when it was copied")
	a.n = 8
	require.Equal(t, "[tally of 7, tally of 7]", c.String())
	require.Same(t, c.List().At(0).Object(), c.List().At(1).Object(), "one accumulator, one copy")

	list.Freeze()
	require.EqualValues(t, 17, list.Weight())
	require.True(t, v.Frozen(), "every Value of the accumulator is frozen")
	w := v.Writable()
	require.False(t, w.Frozen())
	require.NotSame(t, a, w.Object())
	require.True(t, Equal(v, w))
	require.Same(t, a, list.Copy().List().At(0).Object())

	own := Object(a) // wrapped anew by its owner
	require.Same(t, a, own.Writable().Object())
	require.True(t, FromGo(own).Frozen())
	require.NotSame(t, a, FromGo(own).Writable().Object())
	require.NotSame(t, a, FromGo(a).Writable().Object())
	require.False(t, own.Frozen())
}

func TestDetach(t *testing.T) {
	inner := []any{1}
	source := map[string]any{"a": inner, "b": []any{inner, map[string]any{}}, "c": []string{"x"}}
	view := FromGo(source)
	whole := ListOf(view, ListOf(Int(1))).Freeze()
	detached := whole.Detach()
	inner[0] = 2
	delete(source, "b")
	require.Equal(t, "[{a=[1], b=[[1], {}], c=[x]}, [1]]", detached.String())
	require.True(t, detached.Frozen())
	require.EqualValues(t, 15, detached.Weight())
	require.Same(t, whole.List().At(1).List(), detached.List().At(1).List(), "no copy of what is no view")
	require.Same(t, detached.List(), detached.Detach().List())
	require.Equal(t, "text", String("text").Detach().Str())

	list := ListOf(Int(1))
	require.Same(t, list.List(), list.Detach().List())
	require.False(t, list.Frozen())
}

// TestDetachOnce: what is reached many times is copied once, and what holds
// itself is cut off.
func TestDetachOnce(t *testing.T) {
	data := []any{1}
	for range 200 {
		data = []any{data, data}
	}
	detached := FromGo(data).Detach()
	require.Equal(t, 201, detached.Levels())
	require.Same(t, detached.List().At(0).List(), detached.List().At(1).List())
	data[0] = 1
	require.Equal(t, 201, detached.Levels())

	cyclic := map[string]any{"a": 1}
	cyclic["list"] = []any{cyclic, FromGo(cyclic)}
	require.Equal(t, "{a=1, list=[…, …]}", FromGo(cyclic).Detach().String())

	type node struct{ Next any }
	loop := &node{}
	loop.Next = []any{loop}
	require.Equal(t, "{Next=[{Next=…}]}", FromGo(loop).Detach().String())

	grown := ListOf(ListOf())
	grown.List().At(0).List().Append(FromGo([]any{1}))
	require.Equal(t, "[[[1]]]", grown.Freeze().Detach().String())
	require.False(t, grown.Detach().extent().views)
}
