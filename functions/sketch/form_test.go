package sketch_test

import (
	"context"
	"encoding/base64"
	"flag"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/sketch"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var update = flag.Bool("update", false, "append the forms of new lines to the golden files")

func eval(t testing.TB, expression string) value.Value {
	program, err := stellar.Compile(expression)
	require.NoError(t, err, expression)
	v, err := program.Value(context.Background(), stellar.Vars{"upTo": upTo(1000)})
	require.NoError(t, err, expression)
	return v
}

func upTo(n int) []any {
	numbers := make([]any, n)
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}

func decode(data []byte) (value.Value, error) {
	return binary.Decode(data, fn.Decoding{Types: fn.TypesOf(sketch.Library().Functions)})
}

const formsFile = "testdata/forms.txt"

// forms are the lines of testdata/forms.txt: an expression, a tab, and the binary form
// of its value in base64. What stands there was written by a released version, and must
// be readable for ever: lines are only added, with -update.
func forms(t testing.TB) map[string][]byte {
	text, err := os.ReadFile(formsFile)
	require.NoError(t, err)
	all := map[string][]byte{}
	var written strings.Builder
	for line := range strings.Lines(string(text)) {
		expression, form, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if form == "" && *update {
			data, err := binary.Append(nil, eval(t, expression))
			require.NoError(t, err)
			form = base64.StdEncoding.EncodeToString(data)
		}
		written.WriteString(expression + "\t" + form + "\n")
		data, err := base64.StdEncoding.DecodeString(form)
		require.NoError(t, err, expression)
		all[expression] = data
	}
	if *update {
		require.NoError(t, os.WriteFile(formsFile, []byte(written.String()), 0o644))
	}
	return all
}

// TestForms: every form that was ever written is read as the value, and written as it
// is. How digests join numbers may change, which outlier states hold.
func TestForms(t *testing.T) {
	for expression, data := range forms(t) {
		want := eval(t, expression)
		got, err := decode(data)
		require.NoError(t, err, expression)
		form, err := binary.Append(nil, got)
		require.NoError(t, err)
		require.Equal(t, data, form, expression)
		require.True(t, value.Same(want, got) || strings.HasPrefix(expression, "OUTLIER"), "%s: %s", expression, got)
		require.Equal(t, want.String(), got.String())
		require.Equal(t, want.Weight(), got.Weight(), expression)
		for cut := range data {
			if cut < 100 || cut%97 == 0 {
				_, err := decode(data[:cut])
				require.ErrorIs(t, err, binary.ErrMalformed, "%s, the first %d bytes", expression, cut)
			}
		}
	}
}

// TestGoesOn: what is read goes on as what was written.
func TestGoesOn(t *testing.T) {
	for start, next := range map[string]string{
		"HLLP_ADD(null, upTo)":                                 "HLLP_ADD(STATE_DECODE(s), ['a', 'b'])",
		"HLLP_ADD(HLLP_INIT(8), upTo)":                         "HLLP_ADD(STATE_DECODE(s), ['a', 'b'])",
		"BLOOM_ADD(BLOOM_INIT(), 'x')":                         "BLOOM_ADD(STATE_DECODE(s), 'y')",
		"OUTLIER_MAD_ADD(OUTLIER_MAD_STATE_MERGE(null), upTo)": "OUTLIER_MAD_ADD(STATE_DECODE(s), upTo)",
		"SAMPLE_ADD(SAMPLE_INIT(9), upTo)":                     "SAMPLE_ADD(STATE_DECODE(s), upTo)",
	} {
		after := strings.Replace(next, "STATE_DECODE(s)", start, 1)
		again := strings.Replace(next, "(s)", "(STATE_ENCODE("+start+"))", 1)
		require.True(t, value.Same(eval(t, after), eval(t, again)), start)
	}
}

// object returns the binary form of an object whose own form this is.
func object(name string, own ...byte) []byte {
	return binary.AppendBytes(binary.AppendBytes([]byte{1, 13}, name), own)
}

// digests is the own form of a state whose digests have one number each, or none for NaN.
func digests(numbers ...float64) []byte {
	form := []byte{1}
	for i := range 4 {
		form = append(form, 0)
		if i < len(numbers) && !math.IsNaN(numbers[i]) {
			form = binary.AppendDouble(append(form, 1), numbers[i])
		} else {
			form = append(form, 0)
		}
	}
	return form
}

func TestMalformed(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"HLLP of the future":              {object("HLLP", 2), binary.ErrNewer},
		"BLOOM of the future":             {object("BLOOM", 2), binary.ErrNewer},
		"SAMPLE of the future":            {object("SAMPLE", 2), binary.ErrNewer},
		"OUTLIER_MAD_STATE of the future": {object("OUTLIER_MAD_STATE", 2), binary.ErrNewer},
		"a missing digest":                {object("OUTLIER_MAD_STATE", 1, 0, 0, 0, 0, 0, 0, 0), binary.ErrMalformed},
		"bytes after the digests":         {object("OUTLIER_MAD_STATE", 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), binary.ErrMalformed},
		"a tick without a window":         {object("OUTLIER_MAD_STATE", digests(5)...), binary.ErrMalformed},
		"more deviations than numbers":    {object("OUTLIER_MAD_STATE", digests(math.NaN(), math.NaN(), math.NaN(), 1)...), binary.ErrMalformed},
		"a negative deviation":            {object("OUTLIER_MAD_STATE", digests(math.NaN(), math.NaN(), 1, -1)...), binary.ErrMalformed},
		"a large number":                  {object("OUTLIER_MAD_STATE", digests(math.NaN(), math.NaN(), 1e200)...), binary.ErrMalformed},
		"an infinite number":              {object("OUTLIER_MAD_STATE", digests(math.NaN(), math.NaN(), math.Inf(1))...), binary.ErrMalformed},
		"precision":                       {object("HLLP", 1, 3, 25, 0, 0), binary.ErrMalformed},
		"high precision":                  {object("HLLP", 1, 26, 26, 0, 0), binary.ErrMalformed},
		"sparse precision":                {object("HLLP", 1, 14, 27, 0, 0), binary.ErrMalformed},
		"low sparse precision":            {object("HLLP", 1, 14, 13, 0, 0), binary.ErrMalformed},
		"sparse form without":             {object("HLLP", 1, 14, 0, 0, 0), binary.ErrMalformed},
		"no such form":                    {object("HLLP", 1, 14, 25, 2, 0), binary.ErrMalformed},
		"few registers":                   {object("HLLP", 1, 14, 25, 1, 0, 0, 0), binary.ErrMalformed},
		"high register":                   {object("HLLP", append([]byte{1, 4, 0, 1, 62}, make([]byte, 11)...)...), binary.ErrMalformed},
		"more entries than bytes":         {object("HLLP", 1, 14, 25, 0, 2, 1), binary.ErrMalformed},
		"more entries than fit":           {object("HLLP", 1, 4, 25, 0, 4, 1, 64, 64, 64), binary.ErrMalformed},
		"an entry twice":                  {object("HLLP", 1, 14, 25, 0, 2, 1, 0), binary.ErrMalformed},
		"bits twice":                      {object("HLLP", 1, 14, 25, 0, 2, 1, 1), binary.ErrMalformed},
		"an entry without a rank":         {object("HLLP", 1, 14, 25, 0, 1, 0), binary.ErrMalformed},
		"a high rank":                     {object("HLLP", 1, 14, 25, 0, 1, 41), binary.ErrMalformed},
		"a rank too many":                 {object("HLLP", 1, 14, 25, 0, 1, 65), binary.ErrMalformed},
		"an entry beyond":                 {object("HLLP", 1, 14, 25, 0, 1, 128, 128, 128, 128, 128, 1), binary.ErrMalformed},
		"bytes after the entries":         {object("HLLP", 1, 14, 25, 0, 0, 0), binary.ErrMalformed},
		"no probes":                       {object("BLOOM", 1, 0, 1, 0), binary.ErrMalformed},
		"many probes":                     {object("BLOOM", 1, 255, 255, 3, 1, 0), binary.ErrMalformed},
		"no words":                        {object("BLOOM", 1, 7, 0), binary.ErrMalformed},
		"more words than bytes":           {object("BLOOM", 1, 7, 9, 0, 0), binary.ErrMalformed},
		"more words than memory":          {object("BLOOM", 1, 7, 255, 255, 255, 255, 255, 255, 255, 255, 127, 0), binary.ErrMalformed},
		"words beyond the end":            {object("BLOOM", 1, 7, 1, 4, 1, 0, 0, 0), binary.ErrMalformed},
		"a half that is 0":                {object("BLOOM", 1, 7, 1, 1, 0, 0, 0, 0), binary.ErrMalformed},
		"a sample of none":                {object("SAMPLE", 1, 0, 0, 0, 0), binary.ErrMalformed},
		"more items than the size":        {object("SAMPLE", 1, 1, 2, 0, 2, 0, 0), binary.ErrMalformed},
		"more items than seen":            {object("SAMPLE", 1, 2, 1, 0, 2, 0, 0), binary.ErrMalformed},
		"a generator too large":           {object("SAMPLE", 1, 1, 1, 255, 255, 255, 255, 255, 255, 127, 1, 0), binary.ErrMalformed},
		"an item that is none":            {object("SAMPLE", 1, 1, 1, 0, 1, 99), binary.ErrMalformed},
		"an item of an unknown type":      {object("SAMPLE", append([]byte{1, 1, 1, 0, 1}, object("FOO", 1)[1:]...)...), binary.ErrUnknownType},
		"an item from the future":         {object("SAMPLE", append([]byte{1, 1, 1, 0, 1}, object("HLLP", 2)[1:]...)...), binary.ErrNewer},
		"items that are nested deep":      {object("SAMPLE", append([]byte{1, 1, 1, 0, 1}, append([]byte(strings.Repeat("\x0a\x01", 101)), 0)...)...), binary.ErrMalformed},
	} {
		_, err := decode(c.data)
		require.ErrorIs(t, err, c.want, name)
	}
	_, err := decode(object("HLLP", 2))
	require.EqualError(t, err, "a HLLP object: a newer version of Stellar wrote this; read it with that (version 2 of the form, known are those to 1)")
}

// mostMemory is how many times as much memory as its form a value may take.
const mostMemory = 64

// memory returns how much reading takes, for each byte that is read.
func memory(data []byte) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, _ = decode(data)
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc-before.TotalAlloc) / float64(len(data))
}

// TestMemory reads the smallest forms of the largest values, and many small ones.
func TestMemory(t *testing.T) {
	const many = 1 << 14
	list := func(own []byte) []byte {
		return append([]byte{1, 10, 0x80, 0x80, 1}, strings.Repeat(string(own[1:]), many)...)
	}
	for name, data := range map[string][]byte{
		"empty sketches":      list(object("HLLP", 1, 14, 25, 0, 0)),
		"sketches of one":     list(object("HLLP", 1, 14, 25, 0, 1, 1)),
		"small sketches":      list(object("HLLP", append([]byte{1, 4, 0, 1}, make([]byte, 12)...)...)),
		"an empty sketch":     object("HLLP", append([]byte{1, 18, 0, 1}, make([]byte, 3<<16)...)...),
		"a sparse sketch":     object("HLLP", append([]byte{1, 18, 26, 0, 0xFF, 1}, []byte(strings.Repeat("\x40", 255))...)...),
		"small filters":       list(object("BLOOM", 1, 1, 4, 0)),
		"an empty filter":     object("BLOOM", append([]byte{1, 7, 0x80, 0x80, 0x10}, make([]byte, 1<<16)...)...),
		"empty states":        list(object("OUTLIER_MAD_STATE", digests()...)),
		"states of one":       list(object("OUTLIER_MAD_STATE", digests(math.NaN(), math.NaN(), 1)...)),
		"empty samples":       list(object("SAMPLE", 1, 1, 0, 0, 0)),
		"samples of one":      list(object("SAMPLE", 1, 1, 1, 0, 1, 0)),
		"a sample":            object("SAMPLE", append([]byte{1, 0x80, 0x80, 1, 0x80, 0x80, 1, 0, 0x80, 0x80, 1}, make([]byte, 1<<14)...)...),
		"a sample of strings": object("SAMPLE", append([]byte{1, 0x80, 0x80, 1, 0x80, 0x80, 1, 0, 0x80, 0x80, 1}, strings.Repeat("\x08\x01a", 1<<14)...)...),
	} {
		_, err := decode(data)
		require.NoError(t, err, name)
		times := memory(data)
		t.Logf("%-20s %.1f times", name, times)
		require.Less(t, times, float64(mostMemory), name)
	}
}

// FuzzDecode: whatever the bytes, reading neither panics nor takes much memory, and
// what is read is written and works as any other object.
func FuzzDecode(f *testing.F) {
	for _, data := range forms(f) {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := decode(data)
		if len(data) > 200 { // less is lost in what the test itself takes
			require.Less(t, memory(data), float64(mostMemory))
		}
		if err != nil {
			return
		}
		form, err := binary.Append(nil, v)
		require.NoError(t, err)
		again, err := decode(form)
		require.NoError(t, err)
		second, err := binary.Append(nil, again)
		require.NoError(t, err)
		require.Equal(t, form, second)
		_ = v.String()
		for _, expression := range []string{
			"HLLP_CARDINALITY(HLLP_MERGE([HLLP_ADD(x, [1, 2]), x]))", "BLOOM_EXISTS(BLOOM_MERGE([BLOOM_ADD(x, 1), x]), 2)",
			"SAMPLE_GET(SAMPLE_MERGE([SAMPLE_ADD(x, [1, 2])], x))", "OUTLIER_MAD_SCORE(OUTLIER_MAD_STATE_MERGE([OUTLIER_MAD_ADD(x, [1, 2])], x), 5)",
		} {
			_, _ = stellar.Eval(context.Background(), expression, stellar.Vars{"x": v})
		}
	})
}
