package summary

import (
	"bytes"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	form "github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var updateFlag = flag.Bool("update", false, "add the forms that testdata/forms.txt lacks; what is there stays")

// states are statistics of all sorts.
func states(t require.TestingT) map[string]*Summary {
	random := rand.New(rand.NewPCG(9, 9))
	of := func(s *Summary, count int, next func() float64) *Summary {
		for range count {
			require.NoError(t, s.Add(next()))
		}
		return s
	}
	list := func(s *Summary, numbers ...float64) *Summary {
		require.NoError(t, s.Add(numbers...))
		return s
	}
	merged, err := mergeAll(of(New(), 700, random.NormFloat64), of(New(), 50, random.ExpFloat64))
	require.NoError(t, err)
	return map[string]*Summary{
		"none":            New(),
		"one":             list(New(), 5),
		"few":             list(New(), 1, 2, 2.5, -7e12, 1e-9, 0.1),
		"zeros":           list(New(), math.Copysign(0, -1), 0, -3),
		"many":            of(New(), 3000, random.NormFloat64),
		"merged":          merged,
		"constant":        of(New(), 1000, func() float64 { return 7 }),
		"window":          list(NewWindow(3), 1, 2, 3, 4),
		"window_none":     NewWindow(math.MaxInt32),
		"window_not_full": list(NewWindow(5), 1, 2),
		"window_odd":      list(NewWindow(6), nan, math.Inf(1), math.Inf(-1), 1e300, 0, -4),
		"window_turned":   of(NewWindow(40), 95, random.NormFloat64),
	}
}

func formOf(t require.TestingT, s *Summary) []byte {
	data, err := s.AppendBinary(nil)
	require.NoError(t, err)
	return data
}

func decoded(t require.TestingT, data []byte) *Summary {
	s, err := decode(data, fn.Decoding{})
	require.NoError(t, err)
	return s.(*Summary)
}

// TestForms: what one version wrote, later ones read, and write again. They need not make
// the same digest of the same numbers. A new version of the form gets a file of its own.
func TestForms(t *testing.T) {
	const file = "testdata/forms.txt"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	forms := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, form, _ := strings.Cut(strings.TrimSpace(line), " ")
		forms[name] = form
	}
	all := states(t)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if *updateFlag && forms[name] == "" {
			text = fmt.Appendf(text, "%s %x\n", name, formOf(t, all[name]))
			continue
		}
		data, err := hex.DecodeString(forms[name])
		require.NoError(t, err, name)
		require.NotEmpty(t, data, name)
		read := decoded(t, data)
		require.Equal(t, data, formOf(t, read), name)
		require.Equal(t, all[name].Count(), read.Count(), name)
		require.True(t, same(all[name].Percentile(50), read.Percentile(50)) || math.Abs(all[name].Percentile(50)-read.Percentile(50)) < 0.02, name)
		require.Equal(t, all[name].String(), read.String(), name)
	}
	if *updateFlag {
		require.NoError(t, os.WriteFile(file, text, 0o644))
	}
}

// TestDecodedGoesOn: what is read does the same as what was written, whatever comes.
func TestDecodedGoesOn(t *testing.T) {
	for name, s := range states(t) {
		read := decoded(t, formOf(t, s))
		random := rand.New(rand.NewPCG(4, 2))
		for range 1500 {
			x := random.NormFloat64() * 1e3
			require.NoError(t, s.Add(x))
			require.NoError(t, read.Add(x))
		}
		require.Equal(t, formOf(t, s), formOf(t, read), name)
		for _, p := range []float64{1, 50, 99.9} {
			require.Equal(t, s.Percentile(p), read.Percentile(p), name)
		}
		require.True(t, same(s.Kurtosis(), read.Kurtosis()), name)
		if s.IsWindow() {
			continue
		}
		other := summary(t, 0, series()["growing"]...)
		a, err := mergeAll(s, other)
		require.NoError(t, err)
		b, err := mergeAll(read, other)
		require.NoError(t, err)
		require.Equal(t, formOf(t, a), formOf(t, b), name)
	}
}

// TestDamaged: no byte of a form can be cut, added or changed so that reading panics,
// and what is read is written as it was.
func TestDamaged(t *testing.T) {
	for name, s := range states(t) {
		data := formOf(t, s)
		step := 1 + len(data)/150
		for cut := 0; cut < len(data); cut += step {
			_, err := decode(data[:cut], fn.Decoding{})
			require.ErrorIs(t, err, form.ErrMalformed, "%s, the first %d bytes", name, cut)
		}
		_, err := decode(append(slices.Clone(data), 0), fn.Decoding{})
		require.ErrorIs(t, err, form.ErrMalformed, name)
		for i := 0; i < len(data); i += step {
			for _, flip := range []byte{1, 0x7f, 0x80, 0xff} {
				damaged := slices.Clone(data)
				damaged[i] ^= flip
				requireHarmless(t, damaged)
			}
		}
	}
}

// requireHarmless reads bytes that may be anything.
func requireHarmless(t require.TestingT, data []byte) {
	object, err := decode(data, fn.Decoding{})
	if err != nil {
		require.True(t, errors.Is(err, form.ErrMalformed) || errors.Is(err, form.ErrNewer), "%v", err)
		return
	}
	s := object.(*Summary)
	written := formOf(t, s)
	require.True(t, s.Equal(decoded(t, written)), "%x", data)
	require.Equal(t, written, formOf(t, decoded(t, written)), "%x", data)
	_, _, _, _ = s.Percentile(0), s.Percentile(37), s.Percentile(99.99), s.Percentile(100)
	_, _ = s.String(), s.Kurtosis()
	for _, x := range []float64{3, -1e20, 0} {
		_ = s.Add(x)
	}
	if !s.IsWindow() {
		_, _ = mergeAll(s, s, New())
	}
}

func TestMalformed(t *testing.T) {
	double := func(x float64) string { return hex.EncodeToString(form.AppendDouble(nil, x)) }
	repeated := func(x float64, count int) string { return strings.Repeat(double(x), count) }
	sum := double(0) + "00"
	for _, c := range []struct {
		form string
		want error
	}{
		{"", form.ErrMalformed},
		{"00", form.ErrMalformed},
		{"02", form.ErrNewer},
		{"ff00", form.ErrNewer},
		{"0102", form.ErrMalformed},          // no such kind
		{"010000" + "00", form.ErrMalformed}, // more after its end
		{"0100" + "01" + repeated(0, 7) + sum + sum + sum + "00" + "00", form.ErrMalformed},                              // a count without numbers
		{"0100" + "01" + repeated(5, 3) + repeated(0, 4) + sum + sum + sum + "00" + "01" + double(6), form.ErrMalformed}, // another extreme
		{"0100" + "01" + repeated(nan, 3) + repeated(0, 4) + sum + sum + sum + "00" + "01" + double(nan), form.ErrMalformed},
		{"0100" + "ffffffffffffffffff01" + repeated(5, 3) + repeated(0, 4) + sum + sum + sum + "01" + double(5) + "feffffffffffffffff01" + "00", form.ErrMalformed},
		{"0101" + "00" + "00" + "00", form.ErrMalformed},                       // no size
		{"0101" + "8080808008" + "00" + "00", form.ErrMalformed},               // too large
		{"0101" + "01" + "02" + repeated(1, 2) + "00", form.ErrMalformed},      // more than its size
		{"0101" + "03" + "02" + repeated(1, 2) + "01", form.ErrMalformed},      // a front in what is not full
		{"0101" + "02" + "02" + repeated(1, 2) + "03", form.ErrMalformed},      // a front of more than there are
		{"0101" + "80808008" + "ffffff07" + repeated(1, 2), form.ErrMalformed}, // more numbers than bytes
	} {
		data, err := hex.DecodeString(c.form)
		require.NoError(t, err)
		_, err = decode(data, fn.Decoding{})
		require.ErrorIs(t, err, c.want, c.form)
	}
}

// TestMemory reads lists of the smallest forms, and large ones.
func TestMemory(t *testing.T) {
	for name, s := range states(t) {
		items := make([]value.Value, 1000)
		for i := range items {
			items[i] = value.Object(s)
		}
		data, err := form.Append(nil, value.ListOf(items...))
		require.NoError(t, err)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err = form.Decode(data, fn.Decoding{Types: []*fn.Type{Statistics}})
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		require.Less(t, (after.TotalAlloc-before.TotalAlloc)/uint64(len(data)), uint64(64), name)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range states(f) {
		f.Add(formOf(f, s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		requireHarmless(t, bytes.Clone(data))
	})
}
