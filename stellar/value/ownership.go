package value

import (
	"fmt"
	"iter"
	"unsafe"
)

// Ownership: who may change a value, and when.
//
// Collections can be changed because the language is used to build them: REDUCE
// with LIST_ADD, a map filled in a loop, statistics that take in one number
// after the other. Copying at each step would cost the square of the size. And
// rules in use rely on seeing a change by every name of a collection.
//
// A container (list, map or set) or an object belongs to the one who made it: an
// evaluation, or a host that has not handed it over yet. As long as it is not
// frozen, its owner alone may use it, from one goroutine at a time, and functions
// change it in place.
//
// Freezing ends that for good. Freeze marks a value and all that can be reached
// through it as read-only. A function that would change a frozen value works on
// a copy, which belongs to the evaluation that made it. Whatever is shared is
// frozen first: constants when they are compiled, variables when they are read
// (FromGo), results when they leave their evaluation. So Freeze changes only
// what its caller owns. On what is frozen it does nothing, which makes it
// idempotent, and safe for concurrent use on all that is shared.
//
// What FromGo makes of Go data counts as frozen, and so do objects of a host:
// neither an evaluation nor its functions change them. The data behind a []any
// or map[string]any are still the caller's, who may change them after the
// evaluation. Detach replaces such views by copies; every result is detached.
//
// A host promises three things. Data that it passes to an evaluation do not
// change before that ends. What it keeps of an evaluation, such as an argument
// of its function, is frozen by it first; a result may hold arguments as they are.
// And an object that its function returns was made by that call, was one of its
// arguments, or can be shared: see Freezer.

// An engine that keeps an accumulator between evaluations and owns it alone, such
// as a profiler, may hand it over to be changed in place by wrapping it anew with
// Object.

// Accumulator is the contract of objects that functions change in place, such as
// statistics and sketches. Whether one is frozen is known by the Value around it:
// functions change the accumulator of Value.Writable and return that Value. The
// methods only read, and may be called by several goroutines at once as long as
// nobody changes the accumulator. Values that it keeps are frozen first.
type Accumulator interface {
	// Copy returns an accumulator of the same content. Changes of one do not show
	// in the other.
	Copy() Accumulator
	// Weight returns the number of values that it holds, itself included. What is
	// not made of values counts one for each WeightSize bytes. It must cost little, as
	// it is asked often, and grow when the accumulator does.
	Weight() int64
	// Equal reports whether other is an accumulator of the same content.
	Equaler
	// String returns the text form.
	fmt.Stringer
}

// WeightSize is how many bytes of an Accumulator weigh as much as a value.
const WeightSize = 24

// Writable returns v if the accumulator in it may be changed, and a copy of it
// otherwise. If v is no accumulator, it returns v.
func (v Value) Writable() Value {
	if v.Frozen() {
		if a, ok := v.Object().(Accumulator); ok {
			return Object(a.Copy())
		}
	}
	return v
}

// Freezer is an object that functions change without implementing the whole
// contract, or a lambda that holds values. Freeze calls its method once, when
// the object leaves the evaluation whose function returned it; from then on these
// functions must work on a copy. Objects that arrive as variables are not told.
// A type whose objects are returned by several evaluations, such as those of a
// cache, must make its method safe for concurrent use.
type Freezer interface{ Freeze() }

// box holds what an object or a lambda wraps. One box serves all copies of a
// Value.
type box[T any] struct {
	content T
	frozen  bool
}

func (b *box[T]) freeze() {
	if b.frozen {
		return
	}
	b.frozen = true
	if f, ok := any(b.content).(Freezer); ok {
		f.Freeze()
	}
}

func (v Value) object() *box[any]    { return (*box[any])(v.ptr) }
func (v Value) lambda() *box[Lambda] { return (*box[Lambda])(v.ptr) }

// sharedObject and sharedLambda wrap what the host owns.
func sharedObject(o any) Value {
	return Value{kind: KindObject, ptr: unsafe.Pointer(&box[any]{o, true})}
}

func sharedLambda(l Lambda) Value {
	return Value{kind: KindLambda, ptr: unsafe.Pointer(&box[Lambda]{l, true})}
}

// Frozen reports whether v cannot be changed by functions: after Freeze, and
// always if it is no list, map, set, lambda or object.
func (v Value) Frozen() bool {
	switch v.kind {
	case KindList, KindMap, KindSet:
		return v.isView() || v.isRow() || v.extent().frozen
	case KindLambda:
		return v.lambda().frozen
	case KindObject:
		return v.object().frozen
	}
	return true
}

// Freeze makes v, and all containers and objects in it, read-only, so that v may
// be shared between evaluations and goroutines. Functions that would change them
// work on a copy from then on. The owner of v calls it before sharing v; on what
// is frozen it does nothing, so calling it again is safe at any time. It visits
// each container that is not frozen once, and counts Weight and Levels anew. It
// returns v.
func (v Value) Freeze() Value {
	switch v.kind {
	case KindList:
		if !v.isView() {
			v.List().freeze()
		}
	case KindMap:
		if !v.isRow() {
			v.Map().freeze()
		}
	case KindSet:
		v.Set().m.freeze()
	case KindLambda:
		v.lambda().freeze()
	case KindObject:
		v.object().freeze()
	}
	return v
}

// Hold says that v is kept, by a lambda for example, so that its memory must not be used
// again: see List.Recycle. What is put into a container is held by that. It returns v.
func (v Value) Hold() Value {
	if v.IsContainer() && !v.Frozen() {
		v.extent().held = true
	}
	return v
}

func (l *List) freeze() {
	if l.frozen {
		return
	}
	l.recount()
	for i := range l.items {
		l.add(l.items[i].Freeze())
	}
}

func (m *Map) freeze() {
	if m.frozen {
		return
	}
	m.recount()
	for _, e := range m.entries {
		if e.key.kind != kindDeleted {
			m.add(e.key.Freeze())
			m.add(e.value.Freeze())
		}
	}
}

// recount makes the extent of a container that is being frozen ready for adding
// its parts again.
func (e *extent) recount() { *e = extent{frozen: true, held: e.held, fields: e.fields} }

// shared returns what an evaluation sees of a value of its host, who may hand the
// same one to several evaluations at once: v itself if it is frozen, else a frozen
// copy that leaves v alone.
func (v Value) shared() Value {
	if v.Frozen() {
		return v
	}
	c := copying{made: map[unsafe.Pointer]Value{}, shared: true}
	return c.of(v).Freeze()
}

// changeable iterates over the parts of a container that may be containers
// which are not frozen: keys of maps and items of sets always are.
func (v Value) changeable() iter.Seq[Value] {
	switch v.kind {
	case KindList:
		return v.List().All()
	case KindMap:
		return func(yield func(Value) bool) {
			v.Map().All()(func(_, part Value) bool { return yield(part) })
		}
	}
	return func(func(Value) bool) {}
}

// detached returns v, or a copy of v when storing v in the container with the
// extent target would make that hold itself. Cost: nothing unless the target is
// a part of another container; then a visit of the containers in v that are not
// frozen.
func detached(v Value, target *extent) Value {
	if !v.IsContainer() || v.extent() != target && !target.held {
		return v
	}
	s := search{target: target}
	if s.finds(v) {
		return v.Copy()
	}
	return v
}

// search looks for a container in others.
type search struct {
	target *extent
	depth  int
	visits[*extent, bool]
}

func (s *search) finds(v Value) bool {
	if !v.IsContainer() {
		return false
	}
	e := v.extent()
	switch {
	case e == s.target:
		return true
	case e.frozen: // and all in it, while the target is about to change
		return false
	case s.depth > MaxLevels:
		return true // to be safe
	}
	if _, done := s.recall(e); done {
		return false
	}
	s.remember(e, false) // what is found ends the search
	s.depth++
	for part := range v.changeable() {
		if s.finds(part) {
			return true
		}
	}
	s.depth--
	return false
}

// Copy returns v with copies of the containers and accumulators in it that are not
// frozen, each copied once. The copy's Weight and Levels are right, even where parts of v grew
// after they were put in.
func (v Value) Copy() Value {
	c := copying{made: map[unsafe.Pointer]Value{}}
	return c.of(v)
}

// copying is the making of a copy.
type copying struct {
	made   map[unsafe.Pointer]Value // by what they are copies of
	depth  int
	shared bool // the original is a host's: the copy's objects are as shared ones
}

func (c *copying) of(v Value) Value {
	if v.Frozen() {
		return v
	}
	if made, done := c.made[v.ptr]; done {
		return made
	}
	if c.depth >= MaxLevels {
		return omission
	}
	c.depth++
	copied := v
	switch v.kind {
	case KindList:
		items := make([]Value, v.Len())
		for i, item := range v.List().items {
			items[i] = c.of(item)
		}
		copied = ListOf(items...)
	case KindMap:
		copied = FromMap(v.Map().copied(c.of))
	case KindSet:
		copied = FromSet(&Set{m: *v.Set().m.shallow()})
	case KindObject:
		if c.shared {
			copied = sharedObject(v.Object())
		} else if a, ok := v.Object().(Accumulator); ok {
			copied = Object(a.Copy())
		}
	case KindLambda:
		if c.shared {
			copied = sharedLambda(v.Lambda())
		}
	}
	c.depth--
	c.made[v.ptr] = copied
	return copied
}
