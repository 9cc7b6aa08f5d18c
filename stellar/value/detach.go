package value

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"unsafe"
)

// Detach returns v without views of Go data, so that it no longer depends on
// what FromGo was given: a frozen copy of each container in which there is such a
// view or a Borrower, and v itself if there is none. Objects stay the host's.
//
// What is reached in several ways is copied once. Go data inside of themselves
// become an object with the text form "…".
func (v Value) Detach() Value { return NewDetachment(nil).Of(v) }

// Detachment detaches values that share parts, which it copies once.
type Detachment struct {
	made   map[origin]Value
	seen   map[reference]Value // see fromGo
	shared map[any]any         // see Shared
	budget Budget
	err    error
	depth  int
}

// Budget is what copying may cost. Its methods fail when that is used up, or the
// copy is no longer wanted.
type Budget interface {
	// Spend charges work, in pieces as small as a value.
	Spend(steps int64) error
	// Allocate charges memory, in bytes.
	Allocate(bytes int64) error
}

// Allowance is a Budget of so many bytes of memory, and of any work.
type Allowance int64

var errAllowance = errors.New("what may be copied is used up")

// Spend implements Budget.
func (*Allowance) Spend(int64) error { return nil }

// Allocate implements Budget.
func (a *Allowance) Allocate(bytes int64) error {
	if *a -= Allowance(bytes); *a < 0 {
		return errAllowance
	}
	return nil
}

// NewDetachment returns a Detachment that charges each copy to a budget before it
// makes it; nil has no end. After the first error of the budget, what is left to
// copy is replaced by an object with the text form "…".
func NewDetachment(budget Budget) *Detachment {
	return &Detachment{made: map[origin]Value{}, seen: map[reference]Value{}, budget: budget}
}

// Of returns v detached.
func (d *Detachment) Of(v Value) Value {
	if !v.Borrows() {
		return v
	}
	return d.of(v).Freeze()
}

// Err returns the first error of the budget.
func (d *Detachment) Err() error { return d.err }

// Shared returns what make returned when it was called for an equal key before,
// and else calls it.
func (d *Detachment) Shared(key any, make func() any) any {
	if made, done := d.shared[key]; done {
		return made
	}
	made := make()
	if d.shared == nil {
		d.shared = map[any]any{}
	}
	d.shared[key] = made
	return made
}

// afford charges the copy of a container.
func (d *Detachment) afford(v Value) bool {
	if d.err == nil && d.budget != nil {
		parts := int64(0)
		if v.IsContainer() {
			parts = int64(v.Len())
		}
		if d.err = d.budget.Spend(1 + parts); d.err == nil {
			d.err = d.budget.Allocate(mapSize + 2*valueSize*parts)
		}
	}
	return d.err == nil
}

// Borrower is a lambda that may read what belongs to the caller of the evaluation
// that made it, such as variables.
type Borrower interface {
	Lambda
	// Borrows reports whether it does.
	Borrows() bool
	// Detached returns a lambda that does the same with copies of what it reads,
	// made by d.
	Detached(d *Detachment) Lambda
}

// Borrows reports whether v is, or holds, a view of Go data or a Borrower, so that
// Detach would copy it.
func (v Value) Borrows() bool {
	switch v.kind {
	case KindList:
		return v.isView() || v.extent().views
	case KindMap, KindSet:
		return !v.isRow() && v.extent().views
	case KindLambda:
		b, ok := v.Lambda().(Borrower)
		return ok && b.Borrows()
	}
	return false
}

// Shareable reports whether v is frozen and does not borrow, so that it may be kept and
// shared as it is.
func (v Value) Shareable() bool {
	if v.kind == KindMap { // as most results are that this is asked of
		return v.isRow() || (*Map)(v.ptr).frozen && !(*Map)(v.ptr).views
	}
	return v.Frozen() && !v.Borrows()
}

// origin identifies what a copy is made of: a container, or the Go data behind
// it, of which there is a new container each time they are read.
type origin struct {
	address unsafe.Pointer
	length  int // of a []any, else -1
}

func originOf(v Value) origin {
	switch {
	case v.isView():
		return origin{v.ptr, v.viewLen()}
	case v.kind == KindMap && v.Map().source != nil:
		return origin{reflect.ValueOf(v.Map().source).UnsafePointer(), -1}
	}
	return origin{v.ptr, -1}
}

func (d *Detachment) of(v Value) Value {
	if !v.Borrows() {
		return v
	}
	from := originOf(v)
	if made, done := d.made[from]; done {
		return made
	}
	if d.depth > MaxLevels || !d.afford(v) {
		return omission
	}
	d.made[from] = omission // in itself
	d.depth++
	var made Value
	switch v.kind {
	case KindLambda:
		made = FromLambda(v.Lambda().(Borrower).Detached(d))
	case KindList:
		made = FromList(d.list(v.List()))
	case KindMap:
		made = FromMap(d.entries(v.Map()))
	case KindSet:
		made = FromSet(&Set{m: *d.entries(&v.Set().m)})
	}
	d.depth--
	d.made[from] = made
	return made
}

func (d *Detachment) list(l *List) *List {
	items := make([]Value, l.Len())
	for i := range items {
		if l.isView() {
			items[i] = d.of(fromGo((*l.source())[i], l.depth, d.seen))
		} else {
			items[i] = d.of(l.items[i])
		}
	}
	return NewList(items)
}

func (d *Detachment) entries(m *Map) *Map {
	c := NewMap(m.Len())
	c.fields = m.fields
	if m.source != nil {
		for _, k := range slices.Sorted(maps.Keys(m.source)) {
			c.put(String(k), d.of(fromGo(m.source[k], m.depth, d.seen)))
		}
		return c
	}
	for k, v := range m.All() {
		c.put(d.of(k), d.of(v))
	}
	return c
}
