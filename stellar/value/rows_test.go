package value

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// bytesAsNumbers are cells of rows of numbers, a byte each, but for s and n, which stand
// for a long text and null.
type bytesAsNumbers struct{}

func (bytesAsNumbers) First([]byte) int { return 1 }

func (bytesAsNumbers) Read(row []byte, at int) (Value, int) {
	switch row[at] {
	case 's':
		return String(strings.Repeat("s", 1000)), at + 1
	case 'n':
		return Null, at + 1
	}
	return Int(int32(row[at])), at + 1
}

func (bytesAsNumbers) Text(row []byte, at int) (bytes, next int) {
	if row[at] == 's' {
		return 1000, at + 1
	}
	return 0, at + 1
}

// TestRows: the map of a row is as a map with entries that was frozen.
func TestRows(t *testing.T) {
	bytes := []byte("_.sn1_" + strings.Repeat("ns23456789", 10))
	for _, columns := range []int{0, 1, 2, indexFrom - 1, indexFrom, indexFrom + 1, 50} {
		var keys, values []Value
		for i := range columns {
			v, _ := bytesAsNumbers{}.Read(bytes, 2+i)
			keys, values = append(keys, String(fmt.Sprint("k", i))), append(values, v)
		}
		want := FrozenMap(keys, values)
		row := NewRows(keys, bytesAsNumbers{}).Block(bytes).Map(1)
		for _, got := range []Value{row, FromMap(row.Map())} {
			require.Equal(t, KindMap, got.Kind())
			require.True(t, got.Frozen())
			require.False(t, got.Borrows())
			require.True(t, Same(want, got))
			require.True(t, Same(got, want))
			require.True(t, Equal(want, got))
			require.Equal(t, want.Hash(), got.Hash())
			require.Equal(t, want.Len(), got.Len())
			require.Equal(t, want.String(), got.String())
			require.Equal(t, want.AppendJSON(nil), got.AppendJSON(nil))
			require.Equal(t, want.Go(), got.Go())
			require.Equal(t, [3]int64{want.Weight(), want.Size(), int64(want.Levels())}, [3]int64{got.Weight(), got.Size(), int64(got.Levels())})
			require.Equal(t, ListOf(want).Freeze().Size(), ListOf(got).Freeze().Size())
			require.Equal(t, ListOf(want).Weight(), ListOf(got).Weight())
			require.Equal(t, ListOf(want).Levels(), ListOf(got).Levels())
			require.True(t, Same(got, got.Freeze().Copy()))
			require.True(t, Same(want, got.Detach()))
			for i, key := range keys {
				v, ok := got.Map().Get(key)
				require.True(t, ok)
				require.True(t, Same(values[i], v))
			}
			for _, missing := range []Value{String("k"), Int(1), Null, got} {
				_, ok := got.Map().Get(missing)
				require.False(t, ok)
			}
			changed, err := got.Changeable(nil)
			require.NoError(t, err)
			require.False(t, changed.Frozen())
			require.Equal(t, want.String(), changed.String())
			more := got.Map().Put(String("k0"), String("new")).Put(String("more"), Null)
			require.Equal(t, max(columns, 1)+1, more.Len())
			require.Equal(t, max(columns-1, 0), got.Map().Delete(String("k0")).Len())
			require.True(t, Same(want, got), "as before")
			for k, v := range got.Map().All() {
				require.True(t, Same(keys[0], k))
				require.True(t, Same(values[0], v))
				break
			}
		}
	}
}

func TestRowsInContainers(t *testing.T) {
	row := NewRows([]Value{String("k")}, bytesAsNumbers{}).Block([]byte("_1")).Map(0)
	m := NewMap(0).Put(row, row)
	l := NewList([]Value{row, row})
	require.Equal(t, "{{k=49}={k=49}}", FromMap(m).String())
	v, ok := m.Get(FromMap(NewMap(1).Put(String("k"), Int('1'))))
	require.True(t, ok)
	require.Equal(t, "{k=49}", v.String())
	require.Equal(t, 1, NewSet(row, row).Len())
	frozen := FromList(l).Freeze()
	require.False(t, frozen.Borrows())
	require.Equal(t, "[{k=49}, {k=49}]", frozen.String())
}

// TestRowByMany: a map of a row can be read by several goroutines.
func TestRowByMany(t *testing.T) {
	row := NewRows([]Value{String("a"), String("b")}, bytesAsNumbers{}).Block([]byte("_12")).Map(0)
	m := row.Map()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 100 {
				v, _ := m.Get(String("b"))
				if v.Int64() != '2' || row.Size() == 0 || m.Put(String("b"), Null).Len() != 2 {
					t.Error(v)
				}
			}
		})
	}
	all.Wait()
}
