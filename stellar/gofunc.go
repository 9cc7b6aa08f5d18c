package stellar

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strings"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Func makes a function of the language from a Go function. The signature names
// it, its parameters and the meaning of its result, with brackets around what
// may be left out and ... behind what may be repeated:
//
//	"DOMAIN_AGE(domain) -> days since registration"
//	"LOOKUP(table, key, [default]) -> what the table holds"
//	"MATCHES_ANY(text, patterns...) -> whether one matches"
//
// The Go function may take a context.Context first. Its other parameters are
// bool, string, signed integer, floating-point, slice, map[string]any, any and
// value.Value, one for each of the signature; an optional one is the type's
// zero value when left out, and a repeated one makes the function variadic. It
// gives one result of any type that value.FromGo knows, and may give an error
// as second, which becomes one of kind ErrExternal unless made by package fn.
//
// A null argument gives null without a call, except for any and value.Value,
// which receive it. The function must be safe for concurrent use. Mistakes in
// the declaration are reported by NewEnv. Calls go through reflection; a
// literal of fn.Func is faster.
func Func(signature, doc string, function any) fn.Func {
	f, err := declare(signature, reflect.ValueOf(function))
	f.Doc = doc
	if err != nil {
		f.Err = fmt.Errorf("signature %q: %w", signature, err)
	}
	return f
}

var signaturePattern = regexp.MustCompile(`^\s*(\w+)\s*\(([^()]*)\)\s*(?:->\s*(.*))?$`)

func declare(signature string, function reflect.Value) (fn.Func, error) {
	parts := signaturePattern.FindStringSubmatch(signature)
	if parts == nil {
		return fn.Func{Name: signature}, errors.New("want NAME(parameter, …) -> result")
	}
	f := fn.Func{Name: parts[1], ResultDoc: parts[3], Purity: fn.Impure}
	if function.Kind() != reflect.Func {
		return f, fmt.Errorf("want a Go function, not %v", function.Kind())
	}
	t := function.Type()
	first := 0
	if t.NumIn() > 0 && t.In(0) == reflect.TypeFor[context.Context]() {
		first = 1
	}
	if t.NumOut() == 0 || t.NumOut() > 2 || t.NumOut() == 2 && t.Out(1) != reflect.TypeFor[error]() {
		return f, errors.New("the Go function must give one result, or one and an error")
	}
	if f.Result = kindsOf(t.Out(0)); f.Result == 0 {
		f.Result = fn.Any
	}
	names := []string{}
	if strings.TrimSpace(parts[2]) != "" {
		names = strings.Split(parts[2], ",")
	}
	if len(names) != t.NumIn()-first {
		return f, fmt.Errorf("it names %d parameters, the Go function has %d", len(names), t.NumIn()-first)
	}
	for i, name := range names {
		in := t.In(first + i)
		p := fn.Param{Name: strings.TrimSpace(name), Null: fn.NullYieldsNull}
		if variadic := strings.TrimSuffix(p.Name, "..."); variadic != p.Name {
			p.Name, p.Variadic = variadic, true
		}
		if p.Variadic != (t.IsVariadic() && i == len(names)-1) {
			return f, fmt.Errorf("parameter %s is variadic in one of signature and Go function only", p.Name)
		}
		if p.Variadic {
			in = in.Elem()
		}
		if optional := strings.Trim(p.Name, "[]"); optional != p.Name {
			p.Name, p.Optional = optional, true
		}
		if p.Kinds = kindsOf(in); p.Kinds == 0 {
			return f, fmt.Errorf("parameter %s has the type %v, which no value becomes", p.Name, in)
		}
		if p.Kinds == fn.Any {
			p.Null = fn.NullAccepted
		}
		f.Params = append(f.Params, p)
	}
	f.Body = reflectBody(function, first)
	return f, nil
}

// kindsOf gives the kinds that a Go type takes; none if values do not become it.
func kindsOf(t reflect.Type) fn.Kinds {
	switch t.Kind() {
	case reflect.Bool:
		return fn.Bool
	case reflect.String:
		return fn.String
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return fn.Int | fn.Long
	case reflect.Float32, reflect.Float64:
		return fn.Number
	case reflect.Slice:
		if kindsOf(t.Elem()) != 0 {
			return fn.Iterable
		}
	case reflect.Map:
		if t == reflect.TypeFor[map[string]any]() {
			return fn.Map
		}
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return fn.Any
		}
	}
	if t == reflect.TypeFor[value.Value]() {
		return fn.Any
	}
	return 0
}

func reflectBody(function reflect.Value, first int) fn.Body {
	t := function.Type()
	return func(c *fn.Call) (value.Value, error) {
		in := make([]reflect.Value, 0, t.NumIn())
		if first == 1 {
			in = append(in, reflect.ValueOf(c.Context()))
		}
		fixed := t.NumIn() - first
		if t.IsVariadic() {
			fixed--
		}
		for i := range max(fixed, len(c.Args)) {
			target := t.In(t.NumIn() - 1)
			switch {
			case i < fixed:
				target = t.In(first + i)
			case !t.IsVariadic():
				continue // surplus
			default:
				target = target.Elem()
			}
			arg := reflect.Zero(target)
			if i < len(c.Args) {
				var err error
				// The copy shows what grew after it was put into others.
				v := c.Args[i].Copy()
				if v.IsContainer() && v.Weight() > c.Limits().Elements {
					return value.Null, fn.Limitf(i, "argument %d has more elements than the limit of %d", i+1, c.Limits().Elements)
				}
				if arg, err = convert(v, target); err != nil {
					return value.Null, fn.Argumentf(i, "argument %d: %v", i+1, err)
				}
			}
			in = append(in, arg)
		}
		out := function.Call(in)
		if len(out) == 2 && !out[1].IsNil() {
			return value.Null, out[1].Interface().(error)
		}
		return value.FromGo(out[0].Interface()), nil
	}
}

// convert makes the Go value of a type that kindsOf found to take v.
func convert(v value.Value, t reflect.Type) (reflect.Value, error) {
	out := reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[value.Value]():
		return reflect.ValueOf(v), nil
	case v.IsNull():
		return out, nil
	case !kindsOf(t).Has(v.Kind()):
		return out, fmt.Errorf("%s is %s, wanted is %s", diag.ShortValue(v), fn.Of(v.Kind()).Indefinite(), kindsOf(t).Indefinite())
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if out.OverflowInt(v.Int64()) {
			return out, fmt.Errorf("%s does not fit %v", v, t)
		}
		out.SetInt(v.Int64())
	case reflect.Float32, reflect.Float64:
		f, _ := v.Number()
		if out.OverflowFloat(f) && !math.IsInf(f, 0) {
			return out, fmt.Errorf("%s does not fit %v", v, t)
		}
		out.SetFloat(f)
	case reflect.Slice:
		for _, item := range v.Go().([]any) {
			element, err := convert(value.FromGo(item), t.Elem())
			if err != nil {
				return out, err
			}
			out = reflect.Append(out, element)
		}
	case reflect.Interface:
		out.Set(reflect.ValueOf(v.Go()))
	default:
		content := reflect.ValueOf(v.Go())
		if !content.CanConvert(t) {
			return out, errors.New("not all keys of the map are strings")
		}
		out.Set(content.Convert(t))
	}
	return out, nil
}
