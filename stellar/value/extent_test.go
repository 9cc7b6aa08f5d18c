package value

import (
	"fmt"
	"math/big"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSizeIsMemory compares with the memory that values take.
func TestSizeIsMemory(t *testing.T) {
	const n = 50_000
	for name, item := range map[string]func(i int) Value{
		"numbers":     func(i int) Value { return Int(int32(i)) },
		"strings":     func(i int) Value { return String(fmt.Sprintf("%032d", i)) },
		"bigints":     func(i int) Value { return BigInt(new(big.Int).Lsh(big.NewInt(int64(i)+1), 200)) },
		"empty lists": func(int) Value { return ListOf() },
		"empty maps":  func(int) Value { return FromMap(NewMap(0)) },
		"lists":       func(i int) Value { return ListOf(Int(int32(i)), Null, Null) },
		"small maps":  func(i int) Value { return FromMap(NewMap(1).Put(Int(int32(i)), Null)) },
		"sets":        func(i int) Value { return set(Int(int32(i))) },
		"large maps": func(i int) Value {
			m := NewMap(20)
			for j := range int32(20) {
				m.Put(Int(j), Null)
			}
			return FromMap(m)
		},
		"tallies": func(int) Value { return Object(&tally{1}) },
	} {
		before := heap()
		items := itemsOf(n, item)
		v := ListOf(items...)
		used := int64(heap() - before)
		size := v.Size()
		runtime.KeepAlive(v)
		t.Logf("%s: %d bytes, Size %d", name, used, size)
		require.InEpsilon(t, used, size, 0.35, name)
		require.Equal(t, size, v.Freeze().Size(), name)
	}
}

func itemsOf(n int, item func(int) Value) []Value {
	items := make([]Value, n)
	for i := range items {
		items[i] = item(i)
	}
	return items
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestSizeIsKeptUpToDate: what is added and taken out again leaves no trace.
func TestSizeIsKeptUpToDate(t *testing.T) {
	long := String(strings.Repeat("x", 1000))
	require.EqualValues(t, 1024, long.Size())
	m := NewMap(0)
	empty := FromMap(m).Size()
	m.Put(long, ListOf(long, long))
	require.Greater(t, FromMap(m).Size(), int64(3000))
	m.Put(long, Null)
	require.Equal(t, empty+1024+24, FromMap(m).Size())
	m.Delete(long)
	require.Equal(t, empty, FromMap(m).Size())

	s := NewSet(long)
	require.Greater(t, FromSet(s).Size(), int64(1000))
	require.Less(t, FromSet(s.Remove(long)).Size(), int64(1000))

	v := ListOf()
	for range 100 {
		v = ListOf(v, v)
	}
	require.EqualValues(t, tooHeavy, v.List().size, "once for each path, and no overflow")
	require.Greater(t, v.Size(), int64(tooHeavy))
	view := FromGo([]any{long, long})
	require.Less(t, view.Size(), int64(200), "the data are the host's")
	require.Greater(t, view.Detach().Size(), int64(2000))
}
