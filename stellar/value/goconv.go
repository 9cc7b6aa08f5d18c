package value

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// maxGoLevels is how deep FromGo looks.
const maxGoLevels = 1000

// omission stands for what is left out of Go data.
var omission = sharedObject(omitted{})

const omissionText = "…"

type omitted struct{}

// String returns the text form.
func (omitted) String() string { return omissionText }

// FromGo makes a value of a Go value. Integers become an int when they fit 32
// bits and their type is int, int32 or smaller, else a long (or a bigint beyond
// 64 bits); a time.Time becomes a long, its milliseconds since 1970; a
// json.Number what the number's text says; a []byte the string of its bytes.
// Slices, arrays, maps and structs (see
// Fields) become frozen lists and maps. A Value is itself, or a frozen copy of
// it. Everything else becomes an object.
//
// The parts of a []any or map[string]any are converted lazily: x must not change
// while the value is in use (see Value.Detach). Everything else is converted
// eagerly. Data more than 1,000 levels deep, such as data that hold themselves, and
// a pointer, slice or map inside of what it points to, become an object with the
// text form "…".
func FromGo(x any) Value { return fromGo(x, 0, nil) }

// fromGo is FromGo for a part that stands some levels deep in Go data.
func fromGo(x any, depth uint16, seen map[reference]Value) Value {
	switch x := x.(type) {
	case nil:
		return Null
	case string:
		return String(x)
	case int:
		return Integer(int64(x))
	case float64:
		return Double(x)
	case bool:
		return Bool(x)
	case int64:
		return Long(x)
	case map[string]any:
		if x == nil {
			return Null
		}
		if depth >= maxGoLevels {
			return omission
		}
		return FromMap(&Map{source: x, extent: viewed(2*len(x), depth, false)})
	case []any:
		if x == nil {
			return Null
		}
		if depth >= maxGoLevels {
			return omission
		}
		return listView(x, depth)
	case []byte:
		if x == nil {
			return Null
		}
		return String(string(x))
	case Value:
		return x.shared()
	case int32:
		return Int(x)
	case float32:
		return Float(x)
	case json.Number:
		return ParseNumber(string(x))
	case *big.Int:
		if x == nil {
			return Null
		}
		return BigInt(new(big.Int).Set(x))
	case time.Time:
		return Long(x.UnixMilli())
	case *time.Time:
		if x == nil {
			return Null
		}
		return Long(x.UnixMilli())
	case Lambda:
		return sharedLambda(x)
	}
	return fromReflect(reflect.ValueOf(x), depth, seen)
}

func fromReflect(r reflect.Value, depth uint16, seen map[reference]Value) Value {
	switch r.Kind() {
	case reflect.Bool:
		return Bool(r.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		return Integer(r.Int())
	case reflect.Int64:
		return Long(r.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		if u := r.Uint(); u <= 1<<63-1 {
			return Integer(int64(u))
		}
		return BigInt(new(big.Int).SetUint64(r.Uint()))
	case reflect.Uint64:
		if u := r.Uint(); u <= 1<<63-1 {
			return Long(int64(u))
		}
		return BigInt(new(big.Int).SetUint64(r.Uint()))
	case reflect.Float32:
		return Float(float32(r.Float()))
	case reflect.Float64:
		return Double(r.Float())
	case reflect.String:
		return String(r.String())
	case reflect.Array:
		return fromItems(r, depth, seen)
	case reflect.Slice, reflect.Map, reflect.Pointer:
		return fromReference(r, depth, seen)
	case reflect.Struct:
		if isRecord(r.Type()) {
			return fromStruct(r, depth, seen)
		}
	}
	return sharedObject(r.Interface())
}

// reference is what a pointer, slice or map refers to, if that can refer to
// something itself.
type reference struct {
	address unsafe.Pointer
	length  int
	of      reflect.Type
}

// fromReference converts a pointer, a slice or a map, and what is reached by
// several of them once. While it is converted, it is omitted from itself.
func fromReference(r reflect.Value, depth uint16, seen map[reference]Value) Value {
	if r.IsNil() {
		return Null
	}
	inside := r.Type().Elem()
	switch {
	case r.Kind() == reflect.Slice && inside.Kind() == reflect.Uint8,
		r.Kind() == reflect.Pointer && inside.Kind() == reflect.Struct && !isRecord(inside):
		return sharedObject(r.Interface())
	case depth >= maxGoLevels:
		return omission
	}
	convert := func() Value {
		switch r.Kind() {
		case reflect.Slice:
			return fromItems(r, depth, seen)
		case reflect.Map:
			return fromEntries(r, depth, seen)
		}
		return fromGo(r.Elem().Interface(), depth+1, seen)
	}
	if inside.Kind() <= reflect.Complex128 || inside.Kind() == reflect.String {
		return convert()
	}
	if seen == nil {
		seen = map[reference]Value{}
	}
	ref := reference{r.UnsafePointer(), 0, r.Type()}
	if r.Kind() != reflect.Pointer {
		ref.length = r.Len()
	}
	v, done := seen[ref]
	if !done {
		seen[ref] = omission
		v = convert()
		seen[ref] = v
	}
	return v
}

func fromItems(r reflect.Value, depth uint16, seen map[reference]Value) Value {
	items := make([]Value, r.Len())
	for i := range items {
		items[i] = fromGo(r.Index(i).Interface(), depth+1, seen)
	}
	return ListOf(items...).Freeze()
}

func fromEntries(r reflect.Value, depth uint16, seen map[reference]Value) Value {
	type namedEntry struct {
		name string
		entry
	}
	entries := make([]namedEntry, 0, r.Len())
	for iterator := r.MapRange(); iterator.Next(); {
		key := fromGo(iterator.Key().Interface(), depth+1, seen)
		v := fromGo(iterator.Value().Interface(), depth+1, seen)
		entries = append(entries, namedEntry{key.String(), entry{key, v}})
	}
	slices.SortFunc(entries, func(a, b namedEntry) int {
		return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.key.kind, b.key.kind))
	})
	m := NewMap(len(entries))
	for _, e := range entries {
		m.Put(e.key, e.value)
	}
	return FromMap(m).Freeze()
}

// isRecord reports whether a struct type is data for expressions: one with
// exported fields.
func isRecord(t reflect.Type) bool { return len(Fields(t)) > 0 }

func fromStruct(r reflect.Value, depth uint16, seen map[reference]Value) Value {
	fields := Fields(r.Type())
	m := NewMap(len(fields))
	for _, f := range fields {
		if field, err := r.FieldByIndexErr(f.Index); err == nil {
			m.Put(String(f.Name), fromGo(field.Interface(), depth+1, seen))
		}
	}
	return FromMap(m).Freeze()
}

// Field is a field of a struct that expressions see.
type Field struct {
	Name  string
	Index []int // for reflect.Value.FieldByIndexErr
}

var fieldsByType sync.Map // reflect.Type to []Field

// Fields lists the fields of a struct type that expressions see: the exported
// ones, embedded structs' included, by the name of their tag `stellar:"name"`,
// else of their tag `json:"name"`, else their own. A tag "-" hides a field.
func Fields(t reflect.Type) []Field {
	if known, ok := fieldsByType.Load(t); ok {
		return known.([]Field)
	}
	var fields []Field
	for _, f := range reflect.VisibleFields(t) {
		if !f.IsExported() || f.Anonymous && f.Type.Kind() == reflect.Struct {
			continue
		}
		name := f.Name
		for _, tag := range []string{"json", "stellar"} {
			if n, _, _ := strings.Cut(f.Tag.Get(tag), ","); n != "" {
				name = n
			}
		}
		if name != "-" {
			fields = append(fields, Field{Name: name, Index: f.Index})
		}
	}
	fieldsByType.Store(t, fields)
	return fields
}

// Go returns v as a Go value in the forms of the package comment's table. Lists,
// maps and sets are copied. A map becomes a map[string]any if all its keys are
// strings, else a map[any]any. In that, a key that Go cannot compare is its text
// form, with an apostrophe and a number after it if there is such a key already:
// [1]'2.
func (v Value) Go() any {
	var c GoConversion
	return c.Of(v)
}

// GoConversion converts values as Value.Go does, on a budget: what is left after
// its first error becomes nil. A zero Budget has no end.
type GoConversion struct {
	Budget Budget

	unpaid  int64 // steps not charged yet
	lambdas *Detachment
	err     error
}

// Err returns the first error of the budget.
func (c *GoConversion) Err() error {
	if c.err == nil && c.lambdas != nil {
		return c.lambdas.Err()
	}
	return c.err
}

// What a conversion costs: a step for each container, and one for some items of a long
// list.
const (
	chargedAtOnce = 1024 // steps
	itemsAtOnce   = 4096
	itemsPerStep  = 16
)

// ended counts some steps, and reports whether the conversion is to end.
func (c *GoConversion) ended(steps int64) bool {
	if c.unpaid += steps; c.unpaid >= chargedAtOnce && c.Budget != nil && c.err == nil {
		c.err = c.Budget.Spend(c.unpaid)
		c.unpaid = 0
	}
	return c.err != nil
}

// Of returns v as a Go value.
func (c *GoConversion) Of(v Value) any {
	switch v.kind {
	case KindBool:
		return v.num != 0
	case KindInt:
		return int(v.Int64())
	case KindLong:
		return v.Int64()
	case KindFloat:
		return v.Float32()
	case KindDouble:
		return v.Float64()
	case KindBigInt:
		return new(big.Int).Set(v.BigInt())
	case KindString:
		return v.Str()
	case KindList, KindMap, KindSet:
		if c.ended(1) {
			return nil
		}
		return c.container(v)
	case KindLambda: // which the caller may share
		if c.lambdas == nil {
			c.lambdas = NewDetachment(c.Budget)
		}
		return c.lambdas.Of(v).Freeze().Lambda()
	case KindObject:
		return v.Freeze().Object()
	}
	return nil
}

func (c *GoConversion) container(v Value) any {
	switch v.kind {
	case KindList:
		return c.list(v)
	case KindMap:
		return c.entries(v.Map())
	}
	items := make([]any, 0, v.Len())
	for item := range v.Set().All() {
		items = append(items, c.Of(item))
	}
	return items
}

// smallList is the Go value of a short list, with its items in one piece of memory.
type smallList struct {
	items []any
	room  [3]any
}

// list returns a list as a []any.
func (c *GoConversion) list(v Value) any {
	n := v.Len()
	switch {
	case n == 0:
		return noItems
	case n > len(smallList{}.room):
		items := make([]any, n)
		c.items(v, items)
		return items
	}
	l := &smallList{}
	l.items = l.room[:n:n]
	c.items(v, l.items)
	return boxed(&l.items)
}

// items converts the items of a list into a slice of as many.
func (c *GoConversion) items(v Value, items []any) {
	if v.isView() || (*List)(v.ptr).isView() {
		for i := range items {
			items[i] = c.Of(v.Item(i))
		}
		return
	}
	for i, item := range (*List)(v.ptr).items {
		if (i+1)%itemsAtOnce == 0 && c.ended(itemsAtOnce/itemsPerStep) {
			return
		}
		if item.kind == KindInt { // without a call, as in most lists of results
			items[i] = int(int64(item.num))
		} else {
			items[i] = c.Of(item)
		}
	}
}

// boxed returns *items in an interface without copying the slice itself.
func boxed(items *[]any) any {
	x := noItems
	(*[2]unsafe.Pointer)(unsafe.Pointer(&x))[1] = unsafe.Pointer(items)
	return x
}

// noItems is the Go value of an empty list. As it has no room, nobody can change it.
var noItems any = []any{}

func (c *GoConversion) entries(m *Map) any {
	byText := make(map[string]any, m.Len())
	for k, item := range m.unordered() {
		if k.kind != KindString {
			return c.anyEntries(m)
		}
		byText[k.Str()] = c.Of(item)
	}
	return byText
}

func (c *GoConversion) anyEntries(m *Map) any {
	byKey := make(map[any]any, m.Len())
	var texts []entry // of keys that Go cannot compare
	for k, item := range m.All() {
		if key := c.Of(k); key == nil || reflect.ValueOf(key).Comparable() {
			byKey[key] = c.Of(item)
		} else {
			texts = append(texts, entry{k, item})
		}
	}
	times := map[string]int{}
	for _, e := range texts {
		text := e.key.String()
		key := text
		for _, taken := byKey[key]; taken; _, taken = byKey[key] {
			key = fmt.Sprintf("%s'%d", text, times[text]+2)
			times[text]++
		}
		byKey[key] = c.Of(e.value)
	}
	return byKey
}
