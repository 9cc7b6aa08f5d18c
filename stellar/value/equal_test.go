package value

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

var huge = BigInt(new(big.Int).Lsh(big.NewInt(1), 70)) // 2^70, which a double holds exactly

type point struct{ x, y int }

func (p *point) Equal(other any) bool {
	o, ok := other.(*point)
	return ok && *p == *o
}

func set(items ...Value) Value { return FromSet(NewSet(items...)) }

func mapOf(keysAndValues ...Value) Value {
	m := NewMap(0)
	for i := 0; i < len(keysAndValues); i += 2 {
		m.Put(keysAndValues[i], keysAndValues[i+1])
	}
	return FromMap(m)
}

func TestEqualAndSame(t *testing.T) {
	nan, lambda := math.NaN(), FromLambda(new(someLambda))
	pointer := &struct{ n int }{1}
	for _, c := range []struct {
		name        string
		a, b        Value
		equal, same bool
	}{
		{"null", Null, Null, true, true},
		{"null and false", Null, Bool(false), false, false},
		{"null and 0", Null, Int(0), false, false},
		{"bools", Bool(true), Bool(true), true, true},
		{"bool and number", Bool(true), Int(1), false, false},
		{"int and long", Int(1), Long(1), true, true},
		{"int and double", Int(1), Double(1), true, true},
		{"int and float", Int(1), Float(1), true, true},
		{"float and double of different value", Float(1.1), Double(1.1), false, false},
		{"float and double of one value", Float(1.5), Double(1.5), true, true},
		{"int that a float does not hold", Int(16777217), Float(16777216), false, false},
		{"long that a double does not hold", Long(1<<53 + 1), Double(1 << 53), false, false},
		{"longs", Long(1<<53 + 1), Long(1 << 53), false, false},
		{"zeros", Double(0), Double(math.Copysign(0, -1)), true, true},
		{"NaN", Double(nan), Double(nan), false, true},
		{"NaN of two kinds", Double(nan), Float(float32(nan)), false, true},
		{"NaN and number", Double(nan), Int(0), false, false},
		{"bigints", huge, BigInt(new(big.Int).Lsh(big.NewInt(1), 70)), true, true},
		{"bigint and long", huge, Long(0), false, false},
		{"bigint and double", huge, Double(0x1p70), true, true},
		{"strings", String("é"), String("é"), true, true},
		{"composed and decomposed", String("\u00e9"), String("e\u0301"), false, false},
		{"string and number", String("1"), Int(1), false, false},
		{"lists", ListOf(Int(1), String("a")), ListOf(Long(1), String("a")), true, true},
		{"lists in other order", ListOf(Int(1), Int(2)), ListOf(Int(2), Int(1)), false, false},
		{"list and longer list", ListOf(Int(1)), ListOf(Int(1), Null), false, false},
		{"lists of NaN", ListOf(Double(nan)), ListOf(Double(nan)), true, true},
		{"list and set", ListOf(Int(1)), set(Int(1)), false, false},
		{"sets in other order", set(Int(1), Int(2)), set(Double(2), Long(1)), true, true},
		{"different sets", set(Int(1)), set(Int(2)), false, false},
		{"maps in other order", mapOf(Int(1), Null, Int(2), Bool(true)), mapOf(Int(2), Bool(true), Long(1), Null), true, true},
		{"maps of different values", mapOf(Int(1), Int(1)), mapOf(Int(1), Int(2)), false, false},
		{"null value and missing key", mapOf(Int(1), Null), mapOf(Int(2), Null), false, false},
		{"Go map and map", FromGo(map[string]any{"a": 1}), mapOf(String("a"), Int(1)), true, true},
		{"Go list and list", FromGo([]any{1, nil}), ListOf(Int(1), Null), true, true},
		{"one lambda", lambda, lambda, true, true},
		{"two lambdas", lambda, FromLambda(new(someLambda)), false, false},
		{"lambdas that Go cannot compare", FromLambda(namedParams{"x"}), FromLambda(namedParams{"x"}), false, false},
		{"objects by content", Object(&point{1, 2}), Object(&point{1, 2}), true, true},
		{"objects of different content", Object(&point{1, 2}), Object(&point{2, 1}), false, false},
		{"objects of two types", Object(&point{1, 2}), Object("text"), false, false},
		{"one pointer wrapped twice", Object(pointer), Object(pointer), true, true},
		{"two pointers", Object(pointer), Object(&struct{ n int }{1}), false, false},
		{"what Go cannot compare", Object([]byte("a")), Object([]byte("a")), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, pair := range [][2]Value{{c.a, c.b}, {c.b, c.a}} {
				require.Equal(t, c.equal, Equal(pair[0], pair[1]), "Equal")
				require.Equal(t, c.same, Same(pair[0], pair[1]), "Same")
				if c.same {
					require.Equal(t, pair[0].Hash(), pair[1].Hash(), "Hash")
				}
			}
			require.True(t, Same(c.a, c.a), "itself")
		})
	}
}

type someLambda struct{ _ int }

func (*someLambda) Params() []string { return nil }

type namedParams []string

func (p namedParams) Params() []string { return p }

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Value
		want int
	}{
		{"ints", Int(1), Int(2), -1},
		{"int and double", Int(2), Double(1.5), 1},
		{"long and int", Long(math.MaxInt64), Int(1), 1},
		{"longs beyond doubles", Long(1<<53 + 1), Long(1 << 53), 1},
		{"int that a float does not hold", Int(16777217), Float(16777216), 1},
		{"bigint and long", huge, Long(math.MaxInt64), 1},
		{"bigint and double", huge, Double(1e300), -1},
		{"NaN", Double(math.NaN()), Int(1), NotOrdered},
		{"zeros", Double(math.Copysign(0, -1)), Double(0), 0},
		{"false and true", Bool(false), Bool(true), -1},
		{"strings", String("a"), String("B"), 1},
		{"prefix", String("ab"), String("abc"), -1},
		{"empty string", String(""), String("a"), -1},
		{"beyond ASCII", String("é"), String("z"), 1},
		{"surrogates before U+E000", String("😀"), String("\uFFEE"), -1},
		{"surrogates after U+D7FF", String("😀"), String("\uD7FF"), 1},
		{"both beyond U+FFFF", String("\U0001F600"), String("\U00100000"), -1},
		{"both in one plane", String("\U0001F600"), String("\U0001F601"), -1},
	} {
		got, ok := Compare(c.a, c.b)
		require.True(t, ok, c.name)
		require.Equal(t, c.want, got, c.name)
		got, _ = Compare(c.b, c.a)
		if c.want != NotOrdered {
			require.Equal(t, -c.want, got, c.name)
		}
	}
	for _, pair := range [][2]Value{
		{Null, Null}, {Null, Int(1)}, {String("1"), Int(1)}, {Bool(true), Int(1)}, {Bool(true), String("true")},
		{ListOf(), ListOf()}, {mapOf(), mapOf()}, {Object(&point{}), Object(&point{})},
	} {
		_, ok := Compare(pair[0], pair[1])
		require.False(t, ok, "%s and %s", pair[0].Kind(), pair[1].Kind())
	}
}

func TestUTF16Len(t *testing.T) {
	for text, want := range map[string]int{"": 0, "abc": 3, "é": 1, "日本": 2, "😀": 2, "a😀b": 4} {
		require.Equal(t, want, UTF16Len(text), text)
	}
}
