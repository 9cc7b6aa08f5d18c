package fn

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/value"
)

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		kinds            Kinds
		text, indefinite string
	}{
		{0, "null", "null"},
		{Of(value.KindNull), "null", "null"},
		{Bool, "bool", "a bool"},
		{Int, "int", "an int"},
		{Object, "object", "an object"},
		{Map | List, "list or map", "a list or map"},
		{Iterable, "list or set", "a list or set"},
		{Int | Long, "int or long", "an int or long"},
		{Integer, "integer", "an integer"},
		{Integer | String, "integer or string", "an integer or string"},
		{Number, "number", "a number"},
		{Number | Bool, "number or bool", "a number or bool"},
		{Float | Double | String | Set, "float, double, string or set", "a float, double, string or set"},
		{Any, "any", "any"},
		{Any &^ Lambda, "number, bool, string, list, map, set or object", "a number, bool, string, list, map, set or object"},
	} {
		require.Equal(t, c.text, c.kinds.String())
		require.Equal(t, c.indefinite, c.kinds.Indefinite())
	}
	for k := value.KindBool; k <= value.KindObject; k++ {
		require.True(t, Any.Has(k), k)
		require.True(t, Of(k).Has(k), k)
		require.Equal(t, k >= value.KindInt && k <= value.KindBigInt, Number.Has(k), k)
	}
	require.False(t, Any.Has(value.KindNull))
}

var (
	required = Param{Name: "a", Kinds: String}
	optional = Param{Name: "b", Kinds: Int, Optional: true}
	variadic = Param{Name: "c", Kinds: Any, Variadic: true}
)

func TestParams(t *testing.T) {
	for _, c := range []struct {
		params    []Param
		signature string
		least     int
		of        []string // parameters of the arguments 0, 1, 2 and 3; "" for a surplus one
	}{
		{nil, "F()", 0, []string{"", "", "", ""}},
		{[]Param{required}, "F(a)", 1, []string{"a", "", "", ""}},
		{[]Param{required, optional}, "F(a, [b])", 1, []string{"a", "b", "", ""}},
		{[]Param{required, optional, variadic}, "F(a, [b], c...)", 1, []string{"a", "b", "c", "c"}},
		{[]Param{variadic}, "F(c...)", 0, []string{"c", "c", "c", "c"}},
	} {
		f := Func{Name: "F", Params: c.params}
		require.Equal(t, c.signature, f.Signature())
		require.Equal(t, c.least, f.MinArgs())
		require.Equal(t, c.of[3] != "", f.Variadic())
		for i, name := range c.of {
			if p := f.Param(i); name == "" {
				require.Nil(t, p, "%s, argument %d", c.signature, i)
			} else {
				require.Equal(t, name, p.Name, "%s, argument %d", c.signature, i)
			}
		}
	}
}

func TestValidate(t *testing.T) {
	body := func(*Call) (value.Value, error) { return value.Null, nil }
	unary := func(value.Value, Budget) (value.Value, error) { return value.Null, nil }
	for _, c := range []struct {
		f    Func
		want []string // in the mistakes, one each
	}{
		{Func{Name: "F", Body: body}, nil},
		{Func{Name: "f_2", Unary: unary}, nil},
		{Func{Name: "F", Body: body, Params: []Param{required, optional, {Name: "d", Kinds: Int, Optional: true}, variadic}}, nil},
		{Func{Name: "", Body: body}, []string{"the name must be"}},
		{Func{Name: "2F", Body: body}, []string{"the name must be"}},
		{Func{Name: "A.B", Body: body}, []string{"the name must be"}},
		{Func{Name: "Ä", Body: body}, []string{"the name must be"}},
		{Func{Name: "_", Body: body}, []string{"must not be _, which stands for all fields"}},
		{Func{Name: "EXISTS", Body: body}, []string{"must not be EXISTS, which is a keyword"}},
		{Func{Name: "F"}, []string{"one of Body and Unary"}},
		{Func{Name: "F", Body: body, Unary: unary}, []string{"one of Body and Unary"}},
		{Func{Name: "F", Mistakes: []error{io.EOF, io.ErrNoProgress}}, []string{"EOF", "multiple Read calls"}},
		{Func{Name: "F", Body: body, Params: []Param{{Name: "x"}}}, []string{"parameter x accepts no kind"}},
		{Func{Name: "F", Body: body, Params: []Param{{Name: "a b", Kinds: Int}}}, []string{"parameter 1: the name must be"}},
		{Func{Name: "F", Body: body, Params: []Param{{Kinds: Int}}}, []string{"parameter 1: the name must be"}},
		{Func{Name: "F", Body: body, Params: []Param{required, required}}, []string{"parameter a has the name of parameter 1"}},
		{Func{Name: "F", Body: body, Params: []Param{variadic, optional}}, []string{"parameter c is variadic and not the last"}},
		{Func{Name: "F", Body: body, Params: []Param{optional, required}}, []string{"parameter a is required and follows an optional one: move it before b"}},
		{Func{Name: "F", Body: body, Result: Object, ResultType: counters, Params: []Param{{Name: "x", Kinds: Object, Type: counters}}}, nil},
		{Func{Name: "F", Body: body, Result: Map, ResultType: counters}, []string{"result: it has the type COUNTER, and its kinds are without objects"}},
		{Func{Name: "F", Body: body, Params: []Param{{Name: "x", Kinds: Object, Type: &Type{}}}}, []string{"parameter x: the type of the object: the name must be"}},
		{Func{Name: "if", Params: []Param{variadic, optional, required, {Name: "a"}}}, []string{
			"keyword", "one of Body and Unary", "c is variadic", "a is required", "a has the name of parameter 3", "a accepts no kind", "a is required",
		}},
	} {
		mistakes := c.f.Validate()
		require.Len(t, mistakes, len(c.want), "%s: %v", c.f.Name, mistakes)
		for i, mistake := range mistakes {
			require.ErrorContains(t, mistake, c.want[i])
		}
	}
	f := Func{Name: "F", Mistakes: []error{io.EOF}}
	require.ErrorIs(t, f.Validate()[0], io.EOF)
}

// counter is an object of the type counters.
type counter struct{}

var (
	counters = &Type{Name: "COUNTER", Doc: "counts"}
	others   = &Type{Name: "COUNTER", Doc: "counts of another kind"}
)

func (*counter) Type() *Type { return counters }

func TestTypes(t *testing.T) {
	typed, untyped := value.Object(&counter{}), value.Object(&struct{}{})
	require.Same(t, counters, TypeOf(typed))
	require.Nil(t, TypeOf(untyped))
	require.Nil(t, TypeOf(value.Int(5)))
	require.Equal(t, "COUNTER object", counters.String())
	require.Equal(t, "a COUNTER object", counters.Indefinite())
	require.Equal(t, "an object without a type", TypeOf(untyped).Indefinite())
	for _, c := range []struct {
		param            Param
		accepts          []value.Value
		refuses          []value.Value
		text, indefinite string
	}{
		{Param{Kinds: Object}, []value.Value{typed, untyped}, []value.Value{value.Int(5)}, "object", "an object"},
		{Param{Kinds: Object, Type: counters}, []value.Value{typed}, []value.Value{untyped, value.Int(5)}, "COUNTER object", "a COUNTER object"},
		{Param{Kinds: Object, Type: others}, nil, []value.Value{typed, untyped}, "COUNTER object", "a COUNTER object"},
		{Param{Kinds: Iterable | Object, Type: counters}, []value.Value{typed, value.ListOf()}, []value.Value{untyped, value.Int(5)},
			"list, set or COUNTER object", "a list, set or COUNTER object"},
		{Param{Kinds: Any, Type: counters}, []value.Value{typed, value.Int(5)}, []value.Value{untyped},
			"number, bool, string, list, map, set, lambda or COUNTER object", "a number, bool, string, list, map, set, lambda or COUNTER object"},
		{Param{Kinds: Any}, []value.Value{typed, untyped, value.Int(5)}, nil, "any", "any"},
		{Param{Kinds: String}, []value.Value{value.String("")}, []value.Value{typed}, "string", "a string"},
	} {
		for _, v := range c.accepts {
			require.True(t, c.param.Accepts(v), "%s: %s", c.text, v)
		}
		for _, v := range c.refuses {
			require.False(t, c.param.Accepts(v), "%s: %s", c.text, v)
		}
		require.Equal(t, c.text, c.param.KindsText())
		require.Equal(t, c.indefinite, c.param.Wanted())
		f := Func{Result: c.param.Kinds, ResultType: c.param.Type}
		require.Equal(t, c.text, f.ResultText())
	}
}

func TestArguments(t *testing.T) {
	c := Call{Args: []value.Value{value.Int(1)}}
	require.EqualValues(t, 1, c.Arg(0).Int64())
	require.True(t, c.Arg(1).IsNull(), "left out")

	constants := Constants{{}, {Value: value.Int(2), Known: true}}
	for i, want := range []bool{false, true, false} {
		v, known := constants.Get(i)
		require.Equal(t, want, known)
		require.Equal(t, want, !v.IsNull())
	}
}

func TestErrors(t *testing.T) {
	for kind, err := range map[diag.Kind]error{
		ErrArgument: Argumentf(1, "%s: %v", "reading", io.EOF),
		ErrType:     Typef(1, "%s: %v", "reading", io.EOF),
		ErrLimit:    Limitf(1, "%s: %v", "reading", io.EOF),
		ErrExternal: Externalf(1, "%s: %v", "reading", io.EOF),
	} {
		wrapped := fmt.Errorf("wrapped: %w", err)
		require.ErrorIs(t, wrapped, kind)
		require.NotErrorIs(t, wrapped, ErrArity)
		require.ErrorIs(t, wrapped, io.EOF, "the cause")
		var e *Error
		require.ErrorAs(t, wrapped, &e)
		require.Equal(t, 1, e.Arg)
		require.Contains(t, e.Error(), "reading: ")
	}
	require.NoError(t, errors.Unwrap(Argumentf(NoArg, "no cause in %d", 5)))
}

func TestLimitsWithDefaults(t *testing.T) {
	given := Limits{Steps: 5, Elements: 6}
	got := given.WithDefaults()
	require.EqualValues(t, 5, got.Steps)
	require.EqualValues(t, 6, got.Elements)
	require.Equal(t, Limits{SourceLength: 64 << 10, Depth: 500, Steps: 5, Elements: 6, Memory: 256 << 20, StringLength: 16 << 20}, got)
}
