package index

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/subnet"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// source has the same value for all subjects, and parts that cost memory.
type source struct {
	v      value.Value
	memory int64
	fails  bool
}

func (s source) Field(int) (value.Value, int64, bool) { return s.v, s.memory, !s.fails }

func (x *Index) candidates(c *Candidates, s Source) []int {
	x.Find(c, s)
	var all []int
	for i := c.Next(0); i < x.conditions; i = c.Next(i + 1) {
		all = append(all, i)
	}
	return all
}

var theField = analysis.Subject{Field: "f"}

var texts = []string{"", "a", "abc", "ABC", "bc", "Kelvin", "\u212AELVIN", "10.1.2.3", "10.0.0.1", "2001:db8::1", "1", "1.5", "true", "é"}

var values = func() []value.Value {
	all := []value.Value{
		value.Null, value.Bool(true), value.Bool(false), value.Int(0), value.Int(1), value.Int(-7), value.Long(1), value.Long(1<<53 + 1),
		value.Double(1), value.Double(1.5), value.Double(1 << 53), value.Float(0.5), value.Double(math.Copysign(0, -1)), value.Double(1e300),
		value.BigInt(new(big.Int).Lsh(big.NewInt(1), 70)), value.String(strings.Repeat("abc", fn.TestedText)),
		value.ListOf(), value.ListOf(value.String("xabc"), value.Int(1)), value.ListOf(value.ListOf(value.String("abc"))),
		value.ListOf(slices.Repeat([]value.Value{value.String("x")}, fn.TestedItems+1)...),
		value.FromSet(value.NewSet(value.String("ABC"), value.Null)), value.FromMap(value.NewMap(0)),
	}
	for _, text := range texts {
		all = append(all, value.String(text), value.String(text+"abc"), value.String("x"+text))
	}
	return all
}()

// atom makes an atom that the value of the field may hold for, and its guard.
func atom(r *rand.Rand) (analysis.Atom, fn.Kinds) {
	const numbers = fn.Int | fn.Long | fn.Float | fn.Double | analysis.MayBeNull
	text := texts[r.IntN(len(texts))]
	switch r.IntN(7) {
	case 0:
		return analysis.Atom{Subject: theField, Kind: analysis.Present}, 0
	case 1:
		return analysis.Atom{Subject: theField, Kind: analysis.Missing}, 0
	case 2:
		return analysis.Atom{Subject: theField, Kind: analysis.Same, Value: value.String(text)}, 0
	case 3:
		return analysis.Atom{Subject: theField, Kind: analysis.Same, Value: values[1+r.IntN(13)]}, 0
	case 4:
		op := []syntax.Op{syntax.Less, syntax.LessOrEqual, syntax.Greater, syntax.GreaterOrEqual}[r.IntN(4)]
		return analysis.Atom{Subject: theField, Kind: analysis.Ordered, Op: op, Value: values[3+r.IntN(11)]}, numbers
	case 5:
		network, _ := subnet.ParsePrefix([]string{"10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "::/0", "10.0.0.0/16"}[r.IntN(5)])
		return analysis.Atom{Subject: theField, Kind: analysis.Tested, Test: fn.Test{Kind: fn.InNetwork, Network: network}}, fn.String | analysis.MayBeNull
	}
	test := fn.Test{Kind: fn.TestKind(r.IntN(4)), Text: text, Fold: r.IntN(2) == 0}
	if r.IntN(3) == 0 {
		return analysis.Atom{Subject: theField, Kind: analysis.Tested, Test: test, Converts: true},
			numbers | fn.Bool | fn.String | fn.Iterable
	}
	return analysis.Atom{Subject: theField, Kind: analysis.Tested, Test: test}, fn.String | analysis.MayBeNull
}

// holds is what an index finds out for all atoms together.
func holds(a *analysis.Atom, v value.Value) bool {
	switch a.Kind {
	case analysis.Present:
		return !v.IsNull()
	case analysis.Missing:
		return v.IsNull()
	case analysis.Same:
		return value.Equal(v, a.Value)
	case analysis.Ordered:
		is, _ := analysis.Holds(a.Op, v, a.Value)
		return is
	}
	if !a.Converts || v.Kind() == value.KindString {
		return v.Kind() == value.KindString && a.Test.Holds(v.Str())
	}
	items := []value.Value{v}
	switch {
	case v.Len() > fn.TestedItems && v.IsContainer():
		return true
	case v.Kind() == value.KindList:
		items = slices.Collect(v.List().All())
	case v.Kind() == value.KindSet:
		items = slices.Collect(v.Set().All())
	}
	for _, item := range items {
		if text, ok := value.ToText(item); item.IsContainer() || ok && a.Test.Holds(text) {
			return true
		}
	}
	return false
}

// Candidates are those conditions of which an atom holds, or whose guard does not.
func TestFind(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var c Candidates // of one index after the other
	for range 60 {
		var b Builder
		var conditions []analysis.Witness
		for range 1 + r.IntN(200) {
			var w analysis.Witness
			for range r.IntN(4) {
				a, kinds := atom(r)
				w.Atoms = append(w.Atoms, a)
				if kinds != 0 {
					w.Guards = append(w.Guards, analysis.Guard{Subject: theField, Kinds: kinds})
				}
			}
			if r.IntN(50) == 0 {
				b.Always()
				w.Guards = []analysis.Guard{{Subject: theField}}
			} else {
				b.Add(w)
			}
			conditions = append(conditions, w)
		}
		x := b.Index()
		for _, v := range values {
			var want []int
			for i := range conditions {
				long := v.Kind() == value.KindString && len(v.Str()) > fn.TestedText
				unsure := slices.ContainsFunc(conditions[i].Guards, func(g analysis.Guard) bool { return long || !g.Kinds.Has(v.Kind()) })
				if unsure || slices.ContainsFunc(conditions[i].Atoms, func(a analysis.Atom) bool { return holds(&a, v) }) {
					want = append(want, i)
				}
			}
			got := x.candidates(&c, source{v: v})
			if v.IsNull() || v.Kind() == value.KindString {
				require.Equal(t, want, got, "%.40v", v)
			} else { // what is the same as the text of v may be a candidate too
				require.Subset(t, got, want, "%.40v", v)
				require.LessOrEqual(t, len(got), len(want)+len(conditions)/8+2, "%.40v", v)
			}
		}
	}
}

// Of long patterns a part is searched for, so that memory is bounded.
func TestFindLongPatterns(t *testing.T) {
	pattern := strings.Repeat("abcdefghij", 10)
	for kind, text := range map[fn.TestKind]string{fn.HasPrefix: pattern + "x", fn.HasSuffix: "x" + pattern, fn.HasPart: "x" + pattern + "x"} {
		var b Builder
		b.Add(analysis.Witness{Atoms: []analysis.Atom{{Subject: theField, Kind: analysis.Tested, Test: fn.Test{Kind: kind, Text: pattern}}}})
		var c Candidates
		x := b.Index()
		require.Equal(t, []int{0}, x.candidates(&c, source{v: value.String(text)}))
		require.Empty(t, x.candidates(&c, source{v: value.String("y")}))
	}
	var b Builder
	for i := range 1000 {
		b.Add(analysis.Witness{Atoms: []analysis.Atom{{Subject: theField, Kind: analysis.Tested,
			Test: fn.Test{Kind: fn.HasPart, Text: fmt.Sprint(i, strings.Repeat("x", fn.TestedText))}}}})
	}
	require.Less(t, b.Index().fields[0].exact.parts.Memory(), 1000*maxPattern*32)
}

// What a part costs is charged to the conditions that are no candidates.
func TestCharges(t *testing.T) {
	part := analysis.Subject{Part: 3}
	witness := func(text string, certain bool) analysis.Witness {
		return analysis.Witness{
			Atoms:  []analysis.Atom{{Subject: part, Kind: analysis.Same, Value: value.String(text)}},
			Guards: []analysis.Guard{{Subject: part, Kinds: fn.Any | analysis.MayBeNull}},
			Uses:   []analysis.Use{{Subject: part, Certain: certain}},
		}
	}
	var b Builder
	for i := range 200 {
		b.Add(witness(fmt.Sprint(i), i != 150))
	}
	b.Always()
	x := b.Index()
	var c Candidates
	require.Equal(t, []int{130, 200}, x.candidates(&c, source{v: value.String("130")}))
	require.Zero(t, c.Skipped(0, 130))
	require.Equal(t, []int{130, 150, 200}, x.candidates(&c, source{v: value.String("130"), memory: 10}))
	require.EqualValues(t, 1300, c.Skipped(0, 130))
	require.EqualValues(t, 190, c.Skipped(131, 150))
	require.EqualValues(t, 490, c.Skipped(151, 200))
	require.Zero(t, c.Skipped(200, 201))
	require.Len(t, x.candidates(&c, source{fails: true}), 201)
}

// Searching allocates nothing once the memory of candidates has grown.
func TestFindKeepsItsMemory(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	var b Builder
	for range 1000 {
		a, kinds := atom(r)
		b.Add(analysis.Witness{Atoms: []analysis.Atom{a}, Guards: []analysis.Guard{{Subject: theField, Kinds: kinds}}})
	}
	x := b.Index()
	var c Candidates
	sources := make([]Source, len(values))
	for i, v := range values {
		sources[i] = source{v: v}
		if v.Kind() != value.KindString || strings.Contains(v.Str(), ":") { // texts of values, and errors, are made
			sources[i] = source{v: value.Null}
		}
	}
	allocated := testing.AllocsPerRun(100, func() {
		for _, s := range sources {
			x.Find(&c, s)
		}
	})
	require.Zero(t, allocated)
}
