package value

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMapKeepsInsertionOrder(t *testing.T) {
	m := mapOf(String("b"), Int(1), String("a"), Int(2), Null, Int(3))
	require.Equal(t, "{b=1, a=2, null=3}", m.String())
	m.Map().Put(String("b"), Int(4))
	require.Equal(t, "{b=4, a=2, null=3}", m.String(), "a known key keeps its place")
	m.Map().Delete(String("b")).Put(String("b"), Int(5))
	require.Equal(t, "{a=2, null=3, b=5}", m.String())
	m.Map().Put(Long(1), Null).Put(Double(1), Bool(true))
	require.Equal(t, "{a=2, null=3, b=5, 1=true}", m.String(), "a known key keeps its form")
}

// TestFrozenMap: it is as a map that entries were put into, and that was frozen then.
func TestFrozenMap(t *testing.T) {
	list := ListOf(Int(1), ListOf(Null)).Freeze()
	for size := range 2 * indexFrom {
		want := NewMap(size)
		var keys, values []Value
		for i := range size {
			keys, values = append(keys, String(fmt.Sprint("k", i))), append(values, []Value{String("v"), Null, Int(int32(i)), list}[i%4])
			want.Put(keys[i], values[i])
		}
		frozen := FromMap(want).Freeze()
		got := FrozenMap(keys, values)
		require.True(t, got.Frozen())
		require.True(t, Same(frozen, got))
		require.Equal(t, frozen.String(), got.String())
		require.Equal(t, [3]int64{frozen.Weight(), frozen.Size(), int64(frozen.Levels())}, [3]int64{got.Weight(), got.Size(), int64(got.Levels())})
		for i, key := range keys {
			v, ok := got.Map().Get(key)
			require.True(t, ok)
			require.True(t, Same(values[i], v))
		}
		more := got.Map().Put(String("more"), Null)
		require.Equal(t, size+1, more.Len())
		require.Equal(t, size, got.Len())
	}
}

// Maps of all sizes around the beginning of the index behave alike.
func TestMapOfAnySize(t *testing.T) {
	for _, size := range []int{0, 1, indexFrom - 1, indexFrom, indexFrom + 1, 1000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			m := NewMap(0)
			for i := range size {
				m.Put(Int(int32(i)), Int(int32(-i)))
			}
			require.Equal(t, size, m.Len())
			require.EqualValues(t, 2*size+1, FromMap(m).Weight())
			for i := range size {
				for _, key := range []Value{Int(int32(i)), Double(float64(i))} {
					v, ok := m.Get(key)
					require.True(t, ok)
					require.EqualValues(t, -i, v.Int64())
				}
			}
			for _, key := range []Value{Int(int32(size)), Double(math.NaN()), String("0"), Null} {
				_, ok := m.Get(key)
				require.False(t, ok)
			}

			for i := 0; i < size; i += 2 { // and every other one is taken out
				m.Delete(Long(int64(i)))
				m.Delete(Long(int64(i)))
			}
			require.Equal(t, size/2, m.Len())
			require.EqualValues(t, 2*(size/2)+1, FromMap(m).Weight())
			previous := int64(-1)
			for k := range m.All() {
				require.Equal(t, previous+2, k.Int64())
				previous = k.Int64()
			}
			for i := range size {
				_, ok := m.Get(Int(int32(i)))
				require.Equal(t, i%2 == 1, ok)
			}
		})
	}
}

// TestFirst: it is the first of All, of maps in all forms.
func TestFirst(t *testing.T) {
	indexed := NewMap(0)
	for i := range 2 * indexFrom {
		indexed.Put(Int(int32(i)), String("x"))
	}
	indexed.Delete(Int(0))
	rows := NewRows([]Value{String("a"), String("b")}, bytesAsNumbers{})
	for name, m := range map[string]*Map{
		"empty": NewMap(0), "one": NewMap(0).Put(String("a"), Int(1)), "two": NewMap(0).Put(String("b"), Int(1)).Put(String("a"), Int(2)),
		"with a deleted entry": indexed, "of Go": FromGo(map[string]any{"b": 1, "a": 2}).Map(), "empty of Go": FromGo(map[string]any{}).Map(),
		"of fields": AllFields(map[string]any{"b": 1, "a": 2}).Map(), "of a row": rows.Block([]byte("_.sn1_ns23456789")).Map(1).Map(),
	} {
		var wantKey, want Value
		for wantKey, want = range m.All() {
			break
		}
		key, v := m.First()
		require.Equal(t, ListOf(wantKey, want).String(), ListOf(key, v).String(), name)
	}
}

// TestShareable: it is what Frozen and Borrows say together.
func TestShareable(t *testing.T) {
	forms := map[string]Value{
		"a number": Int(1), "null": Null, "list": ListOf(Int(1)), "map": FromMap(NewMap(0).Put(String("a"), Int(1))), "set": FromSet(NewSet().Add(Int(1))),
		"list of Go": FromGo([]any{1}), "map of Go": FromGo(map[string]any{"a": 1}), "fields": AllFields(map[string]any{"a": 1}),
		"row":             NewRows([]Value{String("a")}, bytesAsNumbers{}).Block([]byte("_.sn1_")).Map(1),
		"map of the row":  FromMap(NewRows([]Value{String("a")}, bytesAsNumbers{}).Block([]byte("_.sn1_")).Map(1).Map()),
		"list with Go":    ListOf(FromGo([]any{1})),
		"map with Go":     FromMap(NewMap(0).Put(String("a"), FromGo(map[string]any{"a": 1}))),
		"object":          Object(new(int)),
		"list of a list":  ListOf(ListOf(Int(1))),
		"map with a list": FromMap(NewMap(0).Put(String("a"), ListOf(Int(1)))),
	}
	shareable := 0
	for name, v := range forms {
		for _, frozen := range []bool{false, true} {
			if frozen {
				v.Freeze()
			}
			require.Equal(t, v.Frozen() && !v.Borrows(), v.Shareable(), "%s, frozen: %v", name, frozen)
			if v.Shareable() {
				shareable++
			}
		}
	}
	require.Equal(t, 14, shareable) // 4 that are frozen always, and all but 5 of Go once they are
}

func TestMapDeleteAndPutAgain(t *testing.T) {
	m := NewMap(0)
	for round := range 100 {
		for i := range 20 {
			m.Put(String(fmt.Sprint(i)), Int(int32(round)))
		}
		for i := range 20 {
			require.Equal(t, 20-i, m.Len())
			m.Delete(String(fmt.Sprint(i)))
		}
		require.Zero(t, m.Len())
		require.Equal(t, "{}", FromMap(m).String())
		require.EqualValues(t, 1, FromMap(m).Weight())
	}
	require.Less(t, len(m.entries), 20, "deleted entries are dropped")
}

func TestDeleteWhileIterating(t *testing.T) {
	for _, size := range []int{4, 100} {
		m := NewMap(0)
		for i := range size {
			m.Put(Int(int32(i)), Null)
		}
		visited := int32(0)
		for k := range m.All() {
			require.EqualValues(t, visited, k.Int64())
			m.Delete(k)
			visited++
		}
		require.EqualValues(t, size, visited)
		require.Zero(t, m.Len())
	}
}

func TestMapWithAwkwardKeys(t *testing.T) {
	m := NewMap(0)
	keys := []Value{
		Null, Bool(true), Int(1), Double(math.NaN()), Double(0.5), huge, String(""), ListOf(Int(1)), ListOf(),
		mapOf(Int(1), Int(2)), mapOf(), set(Int(1)), set(), Object(&point{1, 2}),
	}
	for i, k := range keys {
		m.Put(k, Int(int32(i)))
	}
	same := []Value{
		Null, Bool(true), Long(1), Float(float32(math.NaN())), Float(0.5), Double(0x1p70), String(""), ListOf(Double(1)), ListOf(),
		mapOf(Double(1), Long(2)), mapOf(), set(Long(1)), set(), Object(&point{1, 2}),
	}
	for i, k := range same {
		v, ok := m.Get(k)
		require.True(t, ok, "%s", k)
		require.EqualValues(t, i, v.Int64())
	}
	require.Equal(t, len(keys), m.Len())
}

func TestFrozenContainersAreCopied(t *testing.T) {
	inner := ListOf(Int(1))
	m := mapOf(String("k"), inner)
	FromMap(m.Map()).Freeze()

	changed := m.Map().Put(String("x"), Int(1))
	require.NotSame(t, m.Map(), changed)
	require.Equal(t, "{k=[1]}", m.String())
	require.Equal(t, "{k=[1], x=1}", FromMap(changed).String())
	require.Same(t, changed, changed.Put(String("y"), Int(2)), "the copy may be changed")
	require.Equal(t, "{}", FromMap(m.Map().Delete(String("k"))).String())
	require.Equal(t, "{k=[1]}", m.String())

	appended := inner.List().Append(Int(2))
	require.Equal(t, "[1]", inner.String(), "what is in a frozen map is frozen")
	require.Equal(t, "[1, 2]", FromList(appended).String())
	require.Same(t, appended, appended.Append(Int(3)))

	s := set(Int(1), Int(2)).Freeze()
	require.Equal(t, "[1, 2, 3]", FromSet(s.Set().Add(Int(3))).String())
	require.Equal(t, "[2]", FromSet(s.Set().Remove(Int(1))).String())
	require.Equal(t, "[1, 2]", s.String())
}

func TestKeysCannotChange(t *testing.T) {
	key := ListOf(Int(1))
	m := mapOf(key, String("v"))
	key.List().Append(Int(2))
	v, ok := m.Map().Get(ListOf(Int(1)))
	require.True(t, ok)
	require.Equal(t, "v", v.Str())
}

func TestContainersCannotHoldThemselves(t *testing.T) {
	l := ListOf(Int(1))
	l.List().Append(l)
	require.Equal(t, "[1, [1]]", l.String())
	l.List().Append(ListOf(mapOf(String("l"), l)))
	require.Equal(t, "[1, [1], [{l=[1, [1]]}]]", l.String())

	m := mapOf()
	m.Map().Put(String("self"), m)
	require.Equal(t, "{self={}}", m.String())
	m.Map().Put(m, Int(1))
	require.Equal(t, "{self={}, {self={}}=1}", m.String())

	s := set()
	s.Set().Add(s)
	require.Equal(t, "[[]]", s.String())

	inner := ListOf()
	outer := ListOf(inner)
	inner.List().Append(outer)
	require.Equal(t, "[[[]]]", inner.String(), "a copy of outer, which holds a copy of inner")
	require.Equal(t, "[[[[]]]]", outer.String())
}

func TestSet(t *testing.T) {
	s := NewSet(Int(2), Int(1), Long(2), Null)
	require.Equal(t, "[2, 1, null]", FromSet(s).String())
	require.Equal(t, 3, s.Len())
	require.True(t, s.Has(Double(1)))
	require.False(t, s.Has(Int(3)))
	s.Add(Int(3)).Remove(Int(2), Int(9))
	require.Equal(t, "[1, null, 3]", FromSet(s).String())
	require.EqualValues(t, 4, FromSet(s).Weight(), "three items and the set")
}

func TestWeight(t *testing.T) {
	require.EqualValues(t, 1, Int(5).Weight())
	require.EqualValues(t, 1, String("long text").Weight())
	inner := ListOf(Int(1), Int(2))
	require.EqualValues(t, 3, inner.Weight())
	require.EqualValues(t, 7, ListOf(inner, inner).Weight(), "counted along every path")
	m := mapOf(String("a"), inner)
	require.EqualValues(t, 5, m.Weight())
	m.Map().Put(String("a"), Null)
	require.EqualValues(t, 3, m.Weight())
	require.EqualValues(t, 4, set(set(), ListOf(Int(1))).Weight())
}
