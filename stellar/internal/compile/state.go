package compile

import (
	"context"
	"reflect"
	"sync"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// scope is what a piece of a program sees when it runs. It is small and passed
// by value, so that evaluating a program that needs no state allocates nothing.
type scope struct {
	vars  map[string]any // the variables, if they are a plain map
	state *state         // nil if the program calls no function and has no lambda
}

// load reads a variable. One that is missing, and has no path, is null.
func (s scope) load(f *field) value.Value {
	var v value.Value
	if s.state != nil && s.state.resolver != nil {
		v = s.state.read(f)
	} else {
		x := s.vars[f.name]
		if text, ok := x.(string); ok { // the commonest, without a call
			return value.String(text)
		}
		v = value.FromGo(x)
	}
	if f.path != nil && v.IsNull() {
		return s.follow(f)
	}
	return v
}

// read reads a variable of the resolver.
func (e *state) read(f *field) value.Value {
	if e.slots != nil && f.slot > 0 {
		return e.slots.read(f.slot)
	}
	v := e.resolver.Lookup(f.name)
	if !v.Frozen() {
		e.readsOwn = true
	}
	return v
}

// allFields is the value of _: all variables as a map that cannot be changed.
func (s scope) allFields() (value.Value, error) {
	e := s.state
	if e == nil || e.resolver == nil {
		return value.AllFields(s.vars), nil
	}
	if isSame(e.all.of, e.resolver) {
		return e.all.fields, nil
	}
	fields, err := value.LookUpFields(e, e.resolver.Names(), e.resolver.Lookup)
	if err != nil {
		return value.Null, err
	}
	e.all = allFields{of: e.resolver, fields: fields}
	return fields, nil
}

// isSame reports whether two resolvers are known to be one.
func isSame(a, b Resolver) bool {
	return a != nil && reflect.ValueOf(a).Comparable() && reflect.ValueOf(b).Comparable() && a == b
}

// allFields is the value of _, and the variables of which it is.
type allFields struct {
	of     Resolver
	fields value.Value
}

// state is that of one evaluation.
type state struct {
	ctx      context.Context
	program  *Program // whose code is running: that of a lambda may be another
	env      *Environment
	resolver Resolver // nil if the scope's map holds the variables
	slots    *Slots   // of the resolver; nil if it has none

	stack     []value.Value // arguments and locals of the calls under way
	base      int           // where on the stack the locals of the lambda under way begin
	calls     []*fn.Call    // reused, one per depth of calls
	active    *invocation   // the call under way
	depth     int           // of calls under way
	all       allFields     // made when it is asked for
	readsOwn  bool          // a variable was read that is not frozen: it is its owner's
	spareList *value.List   // made before, if nobody else has it any more
	spareMap  *value.Map    // likewise
	budget
	uses uses

	observed int  // events
	silent   bool // they are kept from the observer
}

var states = sync.Pool{New: func() any { return &state{stack: make([]value.Value, 0, 16)} }}

func newState(ctx context.Context, p *Program, resolver Resolver) *state {
	e := states.Get().(*state)
	e.ctx, e.program, e.env, e.resolver = ctx, p, p.env, resolver
	return e
}

// release makes e ready for its next evaluation and forgets all values.
func (e *state) release() {
	e.ctx, e.program, e.env, e.resolver, e.slots = nil, nil, nil, nil, nil
	e.all, e.readsOwn, e.budget = allFields{}, false, budget{}
	if len(e.uses.few) > 0 {
		e.uses.forget()
	}
	states.Put(e)
}

// unwind leaves all calls under way, after a panic.
func (e *state) unwind() {
	e.pop(0)
	e.base, e.active, e.depth = 0, nil, 0
}

func (e *state) push(v value.Value) { e.stack = append(e.stack, v) }

// pop takes all values from an index on off the stack, which forgets them. They are
// few: counting down, the compiler makes no call of it, as it would of clear.
func (e *state) pop(to int) {
	popped := e.stack[to:]
	for i := len(popped) - 1; i >= 0; i-- {
		popped[i] = value.Value{}
	}
	e.stack = e.stack[:to]
}

// local reads a local of the lambda under way.
func (e *state) local(slot int) value.Value { return e.stack[e.base+slot] }

// Context implements fn.Evaluation.
func (e *state) Context() context.Context { return e.ctx }

// Now implements fn.Evaluation.
func (e *state) Now() time.Time { return e.env.Now() }

// Location implements fn.Evaluation.
func (e *state) Location() *time.Location { return e.env.Location }

// Limits implements fn.Evaluation.
func (e *state) Limits() *fn.Limits { return &e.env.Limits }

// NewList implements fn.Evaluation.
func (e *state) NewList(room int) *value.List {
	if l := e.spareList; l != nil && room <= l.Room() {
		e.spareList = nil
		return l
	}
	return value.NewListSize(room)
}

// newMap returns an empty map with room for so many entries.
func (s scope) newMap(room int) *value.Map {
	if e := s.state; e != nil && e.spareMap != nil && room <= e.spareMap.Room() {
		m := e.spareMap
		e.spareMap = nil
		return m
	}
	return value.NewMap(room)
}

// maxSpareRoom is the largest list or map that is kept for another evaluation.
const maxSpareRoom = 64

// recycle keeps the memory of a value that nobody needs any more.
func (e *state) recycle(v value.Value) {
	switch {
	case v.Frozen():
	case v.Kind() == value.KindList:
		if l := v.List(); l.Room() <= maxSpareRoom && l.Recycle() {
			e.spareList = l
		}
	case v.Kind() == value.KindMap:
		e.recycleMap(v.Map())
	}
}

// recycleMap is recycle for the map of a literal.
func (e *state) recycleMap(m *value.Map) {
	if m.Room() <= maxSpareRoom && m.Recycle() {
		e.spareMap = m
	}
}

// Observe implements fn.Evaluation.
func (e *state) Observe(event fn.Event) {
	e.observed++
	if e.env.Observer != nil && !e.silent {
		e.env.Observer(event)
	}
}
