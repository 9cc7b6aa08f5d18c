package value

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type severity string

type host struct {
	Name    string `json:"name"`
	Port    uint16 `stellar:"port" json:"p"`
	Secret  string `json:"-"`
	private int
	Tags    []string
	Owner   *owner `json:"owner,omitempty"`
	embedded
}

type owner struct{ Email string }

type embedded struct{ Zone string }

type sketch struct{ _ []byte } // no exported field, so an object

func TestFromGo(t *testing.T) {
	moment := time.UnixMilli(1452013350000)
	text := "text"
	for _, c := range []struct {
		name string
		x    any
		want Value
	}{
		{"nil", nil, Null},
		{"bool", true, Bool(true)},
		{"int", 5, Int(5)},
		{"int beyond 32 bits", 3_000_000_000, Long(3_000_000_000)},
		{"int64 stays long", int64(5), Long(5)},
		{"int8", int8(-5), Int(-5)},
		{"uint32", uint32(math.MaxUint32), Long(math.MaxUint32)},
		{"uint64", uint64(5), Long(5)},
		{"uint64 beyond 63 bits", uint64(math.MaxUint64), bigint("18446744073709551615")},
		{"float32", float32(1.5), Float(1.5)},
		{"float64", 1.5, Double(1.5)},
		{"string", "a", String("a")},
		{"named string", severity("high"), String("high")},
		{"whole json.Number", json.Number("5"), Int(5)},
		{"long json.Number", json.Number("3000000000"), Long(3_000_000_000)},
		{"big json.Number", json.Number("12345678901234567890"), bigint("12345678901234567890")},
		{"json.Number with a point", json.Number("5.0"), Double(5)},
		{"big.Int", big.NewInt(7), Int(7)},
		{"nil big.Int", (*big.Int)(nil), Null},
		{"time", moment, Long(1452013350000)},
		{"pointer to time", &moment, Long(1452013350000)},
		{"pointer", &text, String("text")},
		{"nil pointer", (*host)(nil), Null},
		{"nil slice", []string(nil), Null},
		{"nil map", map[string]int(nil), Null},
		{"nil []any", []any(nil), Null},
		{"nil map[string]any", map[string]any(nil), Null},
		{"[]any", []any{1, "a", nil}, ListOf(Int(1), String("a"), Null)},
		{"[]string", []string{"a"}, ListOf(String("a"))},
		{"array", [2]int{1, 2}, ListOf(Int(1), Int(2))},
		{"map[string]any", map[string]any{"a": []any{1}}, mapOf(String("a"), ListOf(Int(1)))},
		{"map[string]string", map[string]string{"a": "b"}, mapOf(String("a"), String("b"))},
		{"map[int]bool", map[int]bool{1: true}, mapOf(Int(1), Bool(true))},
		{"value", ListOf(Int(1)), ListOf(Int(1))},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := FromGo(c.x)
			require.Equal(t, c.want.Kind(), got.Kind())
			require.True(t, Same(c.want, got), "%s", got)
		})
	}
}

func TestFromGoStruct(t *testing.T) {
	h := host{Name: "www", Port: 443, Tags: []string{"a"}, Owner: &owner{"x@y"}, embedded: embedded{"eu"}, private: 1}
	want := "{name=www, port=443, Tags=[a], owner={Email=x@y}, Zone=eu}"
	require.Equal(t, want, FromGo(h).String())
	require.Equal(t, want, FromGo(&h).String())
	require.Equal(t, "{name=, port=0, Tags=null, owner=null, Zone=}", FromGo(host{}).String())
}

func TestFromGoObject(t *testing.T) {
	s := &sketch{}
	require.Equal(t, KindObject, FromGo(s).Kind())
	require.Same(t, s, FromGo(s).Object())
	bytes := []byte("a")
	text := FromGo(bytes)
	bytes[0] = 'b'
	require.Equal(t, "a", text.Str(), "a copy")
	require.True(t, FromGo([]byte(nil)).IsNull())
	require.Equal(t, KindObject, FromGo(make(chan int)).Kind())

	message := FromGo(map[string]any{"sketch": s})
	first, _ := message.Map().Get(String("sketch"))
	second, _ := message.Map().Get(String("sketch"))
	require.True(t, Equal(first, second), "a field equals itself")
}

func TestFromGoIsFrozenAndSorted(t *testing.T) {
	source := map[string]any{"b": 1, "a": map[string]any{"y": 1, "x": 2}}
	m := FromGo(source)
	require.Equal(t, "{a={x=2, y=1}, b=1}", m.String())
	changed := m.Map().Put(String("c"), Int(3)).Delete(String("b"))
	require.Equal(t, "{a={x=2, y=1}, c=3}", FromMap(changed).String())
	require.Len(t, source, 2)
	_, ok := m.Map().Get(Int(1))
	require.False(t, ok)

	list := []any{1, 2}
	require.Equal(t, "[1, 2, 3]", FromList(FromGo(list).List().Append(Int(3))).String())
	require.Equal(t, []any{1, 2}, list)
	require.Equal(t, "{1=a, 10=b, 2=c}", FromGo(map[int]string{10: "b", 2: "c", 1: "a"}).String(), "sorted by text")
}

func TestFromGoOfUnfrozenValueIsACopy(t *testing.T) {
	v := ListOf(ListOf(Int(1)))
	shared := FromGo(v)
	v.List().At(0).List().Append(Int(2))
	require.Equal(t, "[[1]]", shared.String())
	require.Equal(t, "[[1], 3]", FromList(shared.List().Append(Int(3))).String())
	require.Equal(t, "[[1]]", shared.String())
}

func TestFromLargeGoMap(t *testing.T) {
	source := make(map[int]int)
	for i := range 100_000 {
		source[i] = i
	}
	started := time.Now()
	require.Equal(t, 100_000, FromGo(source).Len())
	require.Less(t, time.Since(started), 10*time.Second, "the time must not grow with the square of the size")
}

func TestGo(t *testing.T) {
	s := &sketch{}
	lambda := new(someLambda)
	for _, c := range []struct {
		v    Value
		want any
	}{
		{Null, nil},
		{Bool(true), true},
		{Int(5), 5},
		{Long(5), int64(5)},
		{Float(1.5), float32(1.5)},
		{Double(1.5), 1.5},
		{huge, new(big.Int).Lsh(big.NewInt(1), 70)},
		{String("a"), "a"},
		{ListOf(Int(1), ListOf()), []any{1, []any{}}},
		{set(Int(2), Int(1)), []any{2, 1}},
		{mapOf(String("a"), Int(1)), map[string]any{"a": 1}},
		{mapOf(), map[string]any{}},
		{mapOf(String("a"), Int(1), Int(2), Null), map[any]any{"a": 1, 2: nil}},
		{mapOf(ListOf(Int(1)), Int(1), Null, Int(2)), map[any]any{"[1]": 1, nil: 2}},
		{mapOf(ListOf(Int(1)), String("a"), String("[1]"), String("b"), set(Int(1)), String("c")),
			map[any]any{"[1]": "b", "[1]'2": "a", "[1]'3": "c"}},
		{mapOf(Object(hidden{[]int{1}}), Int(1)), map[any]any{"{[1]}": 1}},
		{FromLambda(lambda), lambda},
		{Object(s), s},
	} {
		t.Run(fmt.Sprint(c.v.Kind()), func(t *testing.T) {
			require.Equal(t, c.want, c.v.Go())
		})
	}
}

type hidden struct{ x any } // which Go can compare, unless x holds a slice

func TestGoAndBack(t *testing.T) {
	v := mapOf(String("list"), ListOf(Int(1), Long(2), Float(3), Double(4), huge, Null, Bool(true), String("é")))
	back := FromGo(v.Go())
	require.True(t, Same(v, back))
	list, _ := back.Map().Get(String("list"))
	for i, want := range []Kind{KindInt, KindLong, KindFloat, KindDouble, KindBigInt, KindNull, KindBool, KindString} {
		require.Equal(t, want, list.List().At(i).Kind())
	}
}

// TestFromGoOfCycles: data that holds itself is cut off, wherever it does so.
func TestFromGoOfCycles(t *testing.T) {
	type person struct {
		Name    string
		Parent  *person
		Friends []*person
	}
	parent := &person{Name: "Ann"}
	child := &person{Name: "Bob", Parent: parent}
	parent.Friends = []*person{child, child}
	require.Equal(t, "{Name=Ann, Parent=null, Friends=[{Name=Bob, Parent=…, Friends=null}, {Name=Bob, Parent=…, Friends=null}]}",
		FromGo(parent).String())

	everybody := make([]*person, 50) // a friend of each other
	for i := range everybody {
		everybody[i] = &person{Friends: everybody}
	}
	require.Equal(t, 50, FromGo(everybody).Len())

	type list []list
	cyclic := list{nil}
	cyclic[0] = cyclic
	require.Equal(t, "[…]", FromGo(cyclic).String())
	type table map[string]table
	require.Equal(t, "{a={}}", FromGo(table{"a": {}}).String())
	loop := table{}
	loop["a"] = loop
	require.Equal(t, "{a=…}", FromGo(loop).String())
	type pointer *pointer
	var p pointer
	p = &p
	require.Equal(t, "…", FromGo(p).String())

	chain := &person{}
	for range 10 * maxGoLevels {
		chain = &person{Parent: chain}
	}
	require.Contains(t, FromGo(chain).String(), "Parent=…")

	lazy := map[string]any{}
	lazy["list"] = []any{lazy}
	v := FromGo(lazy)
	require.Equal(t, strings.Repeat("{list=[", maxGoLevels/2)+"…"+strings.Repeat("]}", maxGoLevels/2), v.String())
	require.NotPanics(t, func() { v.Go() })
	require.True(t, Same(v, FromGo(lazy)))
	require.Equal(t, v.Hash(), FromGo(lazy).Hash())
}

// TestFromGoOrdersKeys: a Go map has no order, and its value always the same one,
// also of keys that only their kinds tell apart.
func TestFromGoOrdersKeys(t *testing.T) {
	for range 50 {
		m := FromGo(map[any]any{"false": 1, false: 2, nil: 3, "null": 4, 5: 6, "5": 7})
		var kinds []Kind
		for k := range m.Map().All() {
			kinds = append(kinds, k.Kind())
		}
		require.Equal(t, []Kind{KindInt, KindString, KindBool, KindString, KindNull, KindString}, kinds)
	}
}
