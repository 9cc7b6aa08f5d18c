package binary_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"math"
	"math/big"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// box is an object with a value in it.
type box struct{ content value.Value }

var boxes = &fn.Type{Name: "BOX", Doc: "an object that holds a value", Decode: func(data []byte, d fn.Decoding) (any, error) {
	r := binary.NewReader(data, d)
	r.Version(1)
	b := &box{r.Value()}
	return b, r.End()
}}

func (*box) Type() *fn.Type { return boxes }

func (b *box) AppendBinary(form []byte) ([]byte, error) {
	return binary.AppendPart(append(form, 1), b.content)
}

func (b *box) Equal(other any) bool {
	o, ok := other.(*box)
	return ok && value.Equal(b.content, o.content)
}

// sealed is an object of a type without a binary form.
type sealed struct{}

var seals = &fn.Type{Name: "SEAL"}

func (sealed) Type() *fn.Type { return seals }

func decode(data []byte) (value.Value, error) {
	return binary.Decode(data, fn.Decoding{Types: []*fn.Type{seals, boxes}})
}

// values are one of each kind, and their forms, which must stay readable.
func values() map[string]value.Value {
	large, _ := new(big.Int).SetString("-123456789012345678901234567890", 10)
	m := value.NewMap(2)
	m.PutNew(value.String("k"), value.Int(1))
	m.PutNew(value.Long(2), value.Null)
	return map[string]value.Value{
		"null": value.Null, "false": value.Bool(false), "true": value.Bool(true),
		"int": value.Int(-5), "int_least": value.Int(math.MinInt32), "long": value.Long(5), "long_greatest": value.Long(math.MaxInt64),
		"float": value.Float(1.5), "double": value.Double(-0.1), "zero": value.Double(math.Copysign(0, -1)),
		"nan": value.Double(math.NaN()), "infinity": value.Double(math.Inf(1)),
		"bigint": value.BigInt(large), "bigint_positive": value.BigInt(new(big.Int).Neg(large)),
		"text": value.String("ä\x00€"), "text_empty": value.String(""), "bytes": value.Object([]byte{0, 255}),
		"list": value.ListOf(value.Int(1), value.ListOf(), value.String("x")), "map": value.FromMap(m),
		"set": value.FromSet(value.NewSet(value.Int(3), value.String("3"))), "object": value.Object(&box{value.ListOf(value.Object(&box{value.Long(7)}))}),
	}
}

func TestForms(t *testing.T) {
	data, err := os.ReadFile("testdata/forms.txt")
	require.NoError(t, err)
	forms := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, form, _ := strings.Cut(strings.TrimSpace(line), " ")
		forms[name] = form
	}
	all := values()
	require.Len(t, forms, len(all))
	for name, v := range all {
		form, err := binary.Append([]byte("before"), v)
		require.NoError(t, err, name)
		require.Equal(t, forms[name], hex.EncodeToString(form[len("before"):]), name)

		read, err := decode(form[len("before"):])
		require.NoError(t, err, name)
		require.Equal(t, v.Kind(), read.Kind(), name)
		require.True(t, value.Same(v, read) || v.Kind() == value.KindObject && v.String() == read.String(), "%s: %s", name, read)
		require.False(t, read.IsContainer() && read.Frozen(), name)
		for cut := range len(form) - len("before") {
			_, err := decode(form[len("before"):][:cut])
			require.ErrorIs(t, err, binary.ErrMalformed, "%s, the first %d bytes", name, cut)
		}
	}
}

func TestNoForm(t *testing.T) {
	deep := value.Null
	for range 1002 {
		deep = value.ListOf(deep)
	}
	for name, v := range map[string]value.Value{
		"a foreign object": value.Object(struct{}{}), "a type without a form": value.Object(sealed{}),
		"in a list": value.ListOf(value.Object(sealed{})), "in an object": value.Object(&box{value.Object(sealed{})}), "deep": deep,
	} {
		_, err := binary.Append(nil, v)
		require.ErrorIs(t, err, binary.ErrNoForm, name)
	}
}

func TestMalformed(t *testing.T) {
	for form, want := range map[string]error{
		"":                                   binary.ErrMalformed,
		"00":                                 binary.ErrMalformed,
		"02":                                 binary.ErrNewer,
		"0163":                               binary.ErrMalformed, // no such kind
		"010000":                             binary.ErrMalformed, // more after it
		"010380808080808080808001":           binary.ErrMalformed, // an int beyond 32 bits
		"0103ffffffffffffffffffff01":         binary.ErrMalformed, // a number beyond 64
		"01070000":                           binary.ErrMalformed, // a bigint that is none
		"010aff7f":                           binary.ErrMalformed, // more items than bytes
		"010c020101":                         binary.ErrMalformed, // a set with an item twice
		"010b0201000100":                     binary.ErrMalformed, // a map with a key twice
		"010d03424f580202" + "00":            binary.ErrNewer,     // a newer object
		"010d0342415800":                     binary.ErrUnknownType,
		"010d045345414c00":                   binary.ErrUnknownType, // a type that cannot be read
		"01" + strings.Repeat("0a01", 1<<15): binary.ErrMalformed,
	} {
		data, err := hex.DecodeString(form)
		require.NoError(t, err)
		v, err := decode(data)
		require.ErrorIs(t, err, want, "%.40s", form)
		require.True(t, v.IsNull())
	}
}

// The least bytes for the most memory.
func TestMemory(t *testing.T) {
	for name, part := range map[string]string{
		"nulls": "00", "empty lists": "0a00", "empty maps": "0b00", "empty sets": "0c00", "empty texts": "0800",
		"maps of one": "0b010000", "sets of one": "0c0100", "lists of one": "0a0100", "bytes": "0900", "boxes": "0d03424f58020100",
	} {
		bytes, err := hex.DecodeString(part)
		require.NoError(t, err)
		const count = 1 << 16
		data := append([]byte{1, 10, 0x80, 0x80, 4}, strings.Repeat(string(bytes), count)...)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		v, err := decode(data)
		runtime.ReadMemStats(&after)
		require.NoError(t, err, name)
		require.Equal(t, count, v.Len(), name)
		require.Less(t, (after.TotalAlloc-before.TotalAlloc)/uint64(len(data)), uint64(64), name)
	}
}

var errSpent = errors.New("spent")

type poor struct{ steps int64 }

func (p *poor) Allocate(int64) error { return nil }

func (p *poor) Spend(steps int64) error {
	if p.steps -= steps; p.steps < 0 {
		return errSpent
	}
	return nil
}

func TestBudget(t *testing.T) {
	form, err := binary.Append(nil, value.ListOf(value.Null, value.Object(&box{value.ListOf(value.Null, value.Null)})))
	require.NoError(t, err)
	_, err = binary.Decode(form, fn.Decoding{Types: []*fn.Type{boxes}, Budget: &poor{5}})
	require.ErrorIs(t, err, errSpent)
	_, err = binary.Decode(form, fn.Decoding{Types: []*fn.Type{boxes}, Budget: &poor{6}})
	require.NoError(t, err)
}

func FuzzDecode(f *testing.F) {
	for _, v := range values() {
		form, err := binary.Append(nil, v)
		require.NoError(f, err)
		f.Add(base64.StdEncoding.EncodeToString(form))
	}
	f.Fuzz(func(t *testing.T, text string) {
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return
		}
		v, err := decode(data)
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
	})
}
