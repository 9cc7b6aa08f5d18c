package value

import (
	"errors"
	"fmt"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// jsonShapes make JSON texts of about a size that are mostly of one form.
var jsonShapes = map[string]func(size int) []byte{
	"field of empty objects": repeated(`{"k":[`, `{}`, `]}`),
	"empty arrays":           repeated("[", "[]", "]"),
	"nested arrays":          repeated("[", strings.Repeat("[", 900)+strings.Repeat("]", 900), "]"),
	"pairs of arrays":        repeated("[", "[[]]", "]"),
	"arrays of one":          repeated("[", "[0]", "]"),
	"objects of one key":     repeated("[", `{"a":1}`, "]"),
	"objects in objects":     repeated("[", strings.Repeat(`{"":`, 900)+"1"+strings.Repeat("}", 900), "]"),
	"objects of ten keys":    repeated("[", `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}`, "]"),
	"numbers":                repeated("[", "1", "]"),
	"bigints":                repeated("[", "9223372036854775808", "]"),
	"doubles":                repeated("[", "1e9", "]"),
	"short strings":          repeated("[", `"ab"`, "]"),
	"empty strings":          repeated("[", `""`, "]"),
	"escapes":                repeated("[", `"\u00e9\n"`, "]"),
	"one string of escapes":  func(size int) []byte { return []byte(`"` + strings.Repeat(`\u0041`, size/6) + `"`) },
	"invalid UTF-8":          repeated("[", "\"\xff\xfe\"", "]"),
	"one repeated name":      repeated("{", `"":[]`, "}"),
	"distinct names": func(size int) []byte {
		text := []byte("{")
		for i := 0; len(text) < size; i++ {
			text = fmt.Appendf(text, `"%x":0,`, i)
		}
		return append(text, `"":0}`...)
	},
	"distinct names of empty objects": func(size int) []byte {
		text := []byte("{")
		for i := 0; len(text) < size; i++ {
			text = fmt.Appendf(text, `"%x":{},`, i)
		}
		return append(text, `"":0}`...)
	},
	"no JSON": func(size int) []byte { return append([]byte("["), strings.Repeat(",", size)...) },
}

func repeated(before, item, after string) func(int) []byte {
	return func(size int) []byte {
		n := max(1, size/(len(item)+1))
		return []byte(before + strings.Repeat(item+",", n-1) + item + after)
	}
}

// TestParseJSONMemory measures the memory that parsing takes at its peak, for each
// form that a text can mostly have: of 16 MiB less than 724 MiB. Small texts of the
// forms that take less stand for large ones.
func TestParseJSONMemory(t *testing.T) {
	for name, shape := range jsonShapes {
		text := shape(256 << 10)
		heaviest := planJSON(text).size > 29*int64(len(text))
		for _, frozen := range []bool{true, false} {
			if heaviest && !frozen && !testing.Short() && !underRace {
				text = shape(16 << 20)
			}
			before := heap()
			var v Value
			peak := peakHeap(func() {
				var err error
				v, err = ParseJSONWith(text, JSONOptions{Frozen: frozen})
				require.Equal(t, name == "no JSON", err != nil, "%s: %v", name, err)
			}) - int64(before)
			plan := planJSON(text).size
			t.Logf("%-32s frozen %-5v %6.1f bytes a byte at the peak, Size %6.1f, planned %6.1f", name, frozen,
				float64(peak)/float64(len(text)), float64(v.Size())/float64(len(text)), float64(plan)/float64(len(text)))
			require.Less(t, peak, 45*int64(len(text))+4<<20, name)
			require.LessOrEqual(t, v.Size(), plan, name)
			if v.IsContainer() {
				require.Equal(t, frozen, v.Frozen(), name)
			}
		}
	}
}

// peakHeap returns the most memory that the heap took while f ran, or after it.
func peakHeap(f func()) int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	read := func() int64 { metrics.Read(sample); return int64(sample[0].Value.Uint64()) }
	done, peak := make(chan struct{}), make(chan int64)
	go func() {
		most := int64(0)
		ticks := time.NewTicker(2 * time.Millisecond)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				most = max(most, read())
			case <-done:
				peak <- max(most, read())
				return
			}
		}
	}()
	f()
	close(done)
	return <-peak
}

func TestParseJSONWithinABound(t *testing.T) {
	for name, shape := range jsonShapes {
		text := shape(10_000)
		size := planJSON(text).size
		v, err := ParseJSONWith(text, JSONOptions{MaxSize: size})
		if name != "no JSON" {
			require.NoError(t, err, name)
			require.LessOrEqual(t, v.Size(), size, name)
		}
		require.Equal(t, size, JSONSize(text))
		_, err = ParseJSONWith(text, JSONOptions{MaxSize: size - 1})
		var tooLarge *SizeError
		require.True(t, errors.As(err, &tooLarge), name)
		require.Equal(t, size-1, tooLarge.MaxSize)
	}
	_, err := ParseJSON(jsonShapes["nested arrays"](20 << 20))
	require.ErrorContains(t, err, "more than the limit of 671088640 bytes of memory")
}

// TestParseJSONFrozen: a frozen result is the same, and is copied where others
// are changed.
func TestParseJSONFrozen(t *testing.T) {
	text := []byte(`{"list":[[],[1,{}],"x"], "map":{"a":{},"b":null}, "list":[2,[]], "":[]}`)
	open, err := ParseJSON(text)
	require.NoError(t, err)
	frozen, err := ParseJSONWith(text, JSONOptions{Frozen: true})
	require.NoError(t, err)
	require.True(t, frozen.Frozen())
	require.False(t, open.Frozen())
	require.Equal(t, open.String(), frozen.String())
	require.True(t, Same(open, frozen))
	for _, counts := range []func(Value) int64{Value.Weight, Value.Size, func(v Value) int64 { return int64(v.Levels()) }} {
		require.Equal(t, counts(open.Freeze()), counts(frozen))
	}
	empty, _ := frozen.Map().Get(String(""))
	require.Equal(t, "[1]", FromList(empty.List().Append(Int(1))).String())
	require.Equal(t, "[]", empty.String())
}

// FuzzParseJSON holds what is planned for a text against what becomes of it.
func FuzzParseJSON(f *testing.F) {
	for _, shape := range jsonShapes {
		f.Add(shape(50))
	}
	f.Add([]byte(`{"a" : [1, -2.5e3, "\u00e9\\", {"b":null}, 123456789012345678901], "a":true}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		plan := planJSON(text)
		require.LessOrEqual(t, len(plan.lengths), len(text))
		open, err := ParseJSON(text)
		frozen, frozenErr := ParseJSONWith(text, JSONOptions{Frozen: true})
		if err != nil {
			require.EqualError(t, frozenErr, err.Error())
			return
		}
		require.NoError(t, frozenErr)
		lenient, err := ParseJSONWith(text, JSONOptions{Lenient: true})
		require.NoError(t, err)
		require.True(t, Same(open, lenient))
		require.True(t, Same(open, frozen))
		require.LessOrEqual(t, open.Size(), plan.size)
		require.Equal(t, open.Freeze().Size(), frozen.Size())
		require.Equal(t, open.Weight(), frozen.Weight())
		written := frozen.AppendJSON(nil)
		again, err := ParseJSON(written)
		require.NoError(t, err)
		require.Equal(t, string(written), string(again.AppendJSON(nil)))
	})
}
