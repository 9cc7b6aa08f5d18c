package stellar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/names"
	"github.com/stellarlang/stellar/stellar/value"
)

// Func returns a function of the language that calls a Go function. The signature
// names it, its parameters and the meaning of its result, with brackets around what
// may be left out and ... after what may be repeated:
//
//	"DOMAIN_AGE(domain) -> days since registration"
//	"LOOKUP(table, key, [otherwise]) -> what the table holds"
//	"MATCHES_ANY(text, patterns...) -> whether one matches"
//
// The Go function may take a context.Context first. Its other parameters are
// bool, string, signed integer, floating-point, slice, map[string]any, any and
// value.Value, one for each of the signature; an optional one is the type's
// zero value when left out, and a repeated one makes the function variadic. It
// returns one result of a type that value.FromGo makes more of than an object, or any
// to return what it likes, and may return an error as second, which becomes one of
// kind ErrExternal unless made by package fn.
//
// A null argument makes the result null without a call, except for any and value.Value,
// which receive it. Surplus arguments are refused. The function must be safe for
// concurrent use. Calls go through reflection; a literal of fn.Func is faster.
//
// A declaration that cannot work, such as that of a function that returns nothing
// but an error or of one whose signature does not say what the result means, is
// reported by NewEnv, with all that is wrong with it.
func Func(signature, doc string, function any) fn.Func {
	d := declaration{
		Func:      fn.Func{Doc: doc, Purity: fn.Impure, Exact: true},
		signature: signature,
		function:  reflect.ValueOf(function),
	}
	d.readSignature()
	if d.isGoFunction() {
		d.readResults()
		d.readParams()
	}
	if len(d.Mistakes) == 0 {
		d.Body = d.reflectBody()
	}
	return d.Func
}

// declaration is a function that is being made of a signature and a Go function.
type declaration struct {
	fn.Func
	signature string
	function  reflect.Value
	first     int // index of the first Go parameter that the signature names
}

func (d *declaration) mistake(format string, values ...any) {
	d.Mistakes = append(d.Mistakes, fmt.Errorf("signature %q: "+format, append([]any{d.signature}, values...)...))
}

var (
	signaturePattern = regexp.MustCompile(`^\s*(\w+)\s*\(([^()]*)\)\s*(?:->\s*(.*?)\s*)?$`)
	firstWord        = regexp.MustCompile(`\w*`)
)

func (d *declaration) readSignature() {
	parts := signaturePattern.FindStringSubmatch(d.signature)
	if parts == nil {
		d.Name = firstWord.FindString(d.signature)
		d.mistake("want NAME(parameter, …) -> result")
		return
	}
	d.Name, d.ResultDoc = parts[1], parts[3]
	if d.ResultDoc == "" {
		d.mistake("it does not say what the result means: add -> and a phrase")
	}
	if strings.TrimSpace(parts[2]) == "" {
		return
	}
	for name := range strings.SplitSeq(parts[2], ",") {
		p := fn.Param{Name: strings.TrimSpace(name), Kinds: fn.Any, Null: fn.NullAccepted}
		if repeated, ok := strings.CutSuffix(p.Name, "..."); ok {
			p.Name, p.Variadic = repeated, true
		} else if strings.HasPrefix(p.Name, "[") && strings.HasSuffix(p.Name, "]") {
			p.Name, p.Optional = p.Name[1:len(p.Name)-1], true
		}
		if names.IsKeyword(p.Name) || p.Name == names.AllFields {
			d.mistake("a parameter cannot have the name %s, which means something else", p.Name)
		}
		d.Params = append(d.Params, p)
	}
}

func (d *declaration) isGoFunction() bool {
	switch {
	case d.function.Kind() != reflect.Func:
		d.mistake("want a Go function, not %v", d.function.Kind())
	case d.function.IsNil():
		d.mistake("the Go function is nil")
	default:
		return true
	}
	return false
}

func (d *declaration) readResults() {
	t, failure := d.function.Type(), reflect.TypeFor[error]()
	switch {
	case t.NumOut() == 0 || t.NumOut() > 2 || t.NumOut() == 2 && t.Out(1) != failure:
		d.mistake("the Go function must return one result, or one and an error")
	case t.Out(0) == failure:
		d.mistake("the Go function returns an error alone: let it return a result before the error, if only true")
	default:
		if d.Result = resultKinds(t.Out(0), maxResultLevels); d.Result == 0 {
			d.mistake("the Go function returns %v, which expressions can do nothing with: let it return what they know, or any", t.Out(0))
		}
	}
}

// readParams takes the kinds of the parameters from the Go function.
func (d *declaration) readParams() {
	t := d.function.Type()
	if t.NumIn() > 0 && t.In(0) == reflect.TypeFor[context.Context]() {
		d.first = 1
	}
	if len(d.Params) != t.NumIn()-d.first {
		if signaturePattern.MatchString(d.signature) {
			d.mistake("it names %d parameters, the Go function has %d", len(d.Params), t.NumIn()-d.first)
		}
		return
	}
	for i := range d.Params {
		p, in := &d.Params[i], t.In(d.first+i)
		isVariadic := t.IsVariadic() && i == len(d.Params)-1
		switch {
		case p.Variadic != isVariadic:
			d.mistake("parameter %s is variadic in one of signature and Go function only", p.Name)
			continue
		case isVariadic:
			in = in.Elem()
		}
		switch kinds := kindsOf(in); kinds {
		case 0:
			d.mistake("parameter %s has the type %v, which no value becomes", p.Name, in)
		case fn.Any:
		default:
			p.Kinds, p.Null = kinds, fn.NullYieldsNull
		}
	}
}

// kindsOf returns the kinds that a Go type takes; none if values do not become it.
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

// maxResultLevels is how deep resultKinds looks into a type, which may hold itself.
const maxResultLevels = 8

// resultKinds returns the kinds of what value.FromGo makes of a type; none if that is
// an object that no function takes for anything else, or holds such.
func resultKinds(t reflect.Type, levels int) fn.Kinds {
	switch {
	case levels == 0 || t == reflect.TypeFor[value.Value]() || t == reflect.TypeFor[json.Number]():
		return fn.Any
	case t == reflect.TypeFor[[]byte]():
		return fn.String
	case t == reflect.TypeFor[time.Time]():
		return fn.Long
	case t == reflect.TypeFor[*big.Int]():
		return fn.Integer
	}
	switch t.Kind() {
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fn.Integer
	case reflect.Interface:
		return fn.Any
	case reflect.Slice, reflect.Array:
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 || resultKinds(t.Elem(), levels-1) == 0 {
			return 0
		}
		return fn.List
	case reflect.Map:
		if resultKinds(t.Key(), levels-1) == 0 || resultKinds(t.Elem(), levels-1) == 0 {
			return 0
		}
		return fn.Map
	case reflect.Pointer:
		if kinds := resultKinds(t.Elem(), levels-1); kinds != 0 {
			return kinds
		}
		return objectKind(t)
	case reflect.Struct:
		if len(value.Fields(t)) > 0 {
			return fn.Map
		}
		return objectKind(t)
	}
	return kindsOf(t)
}

// objectKind returns the kind of objects if those of the type are made for functions of
// the language.
func objectKind(t reflect.Type) fn.Kinds {
	if t.Implements(reflect.TypeFor[fn.Typed]()) || t.Implements(reflect.TypeFor[value.Accumulator]()) {
		return fn.Object
	}
	return 0
}

func (d *declaration) reflectBody() fn.Body {
	t, function, first, params := d.function.Type(), d.function, d.first, d.Params
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
			name, target := params[min(i, len(params)-1)].Name, t.In(min(first+i, t.NumIn()-1))
			if i >= fixed {
				target = target.Elem()
			}
			arg := reflect.Zero(target)
			if i < len(c.Args) {
				// The copy shows what grew after it was put into others.
				v := c.Args[i].Copy()
				if v.IsContainer() && v.Weight() > c.Limits().Elements {
					return value.Null, fn.Limitf(i, "%s has more elements than the limit of %d", name, c.Limits().Elements)
				}
				var err error
				if arg, err = convert(v, target); errors.As(err, new(kindError)) {
					return value.Null, fn.Typef(i, "%s: %v", name, err)
				} else if err != nil {
					return value.Null, fn.Argumentf(i, "%s: %v", name, err)
				}
			}
			in = append(in, arg)
		}
		out := function.Call(in)
		if len(out) == 2 && !out[1].IsNil() {
			return value.Null, out[1].Interface().(error)
		}
		return result(out[0].Interface(), c.Args), nil
	}
}

// result makes the value of what a Go function returned. An object that is not
// one of the arguments was made by the call, so the evaluation owns it.
func result(x any, args []value.Value) value.Value {
	v := value.FromGo(x)
	if _, wrapped := x.(value.Value); wrapped || v.Kind() != value.KindObject {
		return v
	}
	for _, arg := range args {
		if arg.Kind() == value.KindObject && reflect.ValueOf(x).Comparable() && arg.Object() == x {
			return arg
		}
	}
	return value.Object(x)
}

// kindError says that something in an argument is of a wrong kind.
type kindError struct{ text string }

func (e kindError) Error() string { return e.text }

// convert makes the Go value of a type that kindsOf found to take v, or something like
// it: what v holds may be of any kind. It fails with a kindError if that is a wrong
// one.
func convert(v value.Value, t reflect.Type) (reflect.Value, error) {
	out := reflect.New(t).Elem()
	switch {
	case t == reflect.TypeFor[value.Value]():
		return reflect.ValueOf(v), nil
	case v.IsNull():
		return out, nil
	case !kindsOf(t).Has(v.Kind()):
		return out, kindError{fmt.Sprintf("an item must be %s, and %s is %s", kindsOf(t).Indefinite(), diag.ShortValue(v), fn.Of(v.Kind()).Indefinite())}
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
			return out, kindError{"the keys of the map must be strings"}
		}
		out.Set(content.Convert(t))
	}
	return out, nil
}
