package compile

import (
	"context"
	"sync"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// scope is what a piece of a program sees when it runs. It is small and passed
// by value, so that evaluating a program that needs no run allocates nothing.
type scope struct {
	vars map[string]any // the variables, if they are a plain map
	run  *run           // nil if the program calls no function and has no lambda
}

// load reads a variable. One that is missing, and has no path, is null.
func (s scope) load(f *field) value.Value {
	var v value.Value
	if s.run != nil && s.run.resolver != nil {
		v = s.run.resolver.Lookup(f.name)
	} else {
		v = value.FromGo(s.vars[f.name])
	}
	if f.path != nil && v.IsNull() {
		return s.follow(f)
	}
	return v
}

// allFields is the value of _: all variables as a map that cannot be changed.
func (s scope) allFields() (value.Value, error) {
	if s.run == nil || s.run.resolver == nil {
		return value.AllFields(s.vars), nil
	}
	names := s.run.resolver.Names()
	if err := s.run.Spend(int64(len(names))); err != nil {
		return value.Null, err
	}
	fields := make(map[string]any, len(names))
	for _, name := range names {
		fields[name] = s.run.resolver.Lookup(name)
	}
	v := value.AllFields(fields)
	return v, s.run.Allocate(v.Size())
}

// run is the state of one evaluation.
type run struct {
	ctx      context.Context
	program  *Program // whose code is running: that of a lambda may be another
	env      *Environment
	resolver Resolver // nil if the scope's map holds the variables

	stack  []value.Value // arguments and locals of the calls under way
	base   int           // where on the stack the locals of the lambda under way begin
	high   int           // how far the stack was used
	calls  []*fn.Call    // reused, one per depth of calls
	active *invocation   // the call under way
	depth  int           // of calls under way
	budget
}

var runs = sync.Pool{New: func() any { return &run{stack: make([]value.Value, 0, 16)} }}

func newRun(ctx context.Context, p *Program, resolver Resolver) *run {
	r := runs.Get().(*run)
	r.ctx, r.program, r.env, r.resolver = ctx, p, p.env, resolver
	return r
}

// release makes r ready for its next evaluation and forgets all values.
func (r *run) release() {
	clear(r.stack[:r.high])
	r.high = 0
	r.ctx, r.program, r.env, r.resolver = nil, nil, nil, nil
	r.budget = budget{}
	runs.Put(r)
}

// unwind leaves all calls under way, after a panic.
func (r *run) unwind() {
	r.pop(0)
	r.base, r.active, r.depth = 0, nil, 0
}

func (r *run) push(v value.Value) { r.stack = append(r.stack, v) }

func (r *run) pop(to int) {
	r.high = max(r.high, len(r.stack))
	r.stack = r.stack[:to]
}

// local reads a local of the lambda under way.
func (r *run) local(slot int) value.Value { return r.stack[r.base+slot] }

// Context implements fn.Evaluation.
func (r *run) Context() context.Context { return r.ctx }

// Now implements fn.Evaluation.
func (r *run) Now() time.Time { return r.env.Now() }

// Location implements fn.Evaluation.
func (r *run) Location() *time.Location { return r.env.Location }

// Limits implements fn.Evaluation.
func (r *run) Limits() *fn.Limits { return &r.env.Limits }

// Observe implements fn.Evaluation.
func (r *run) Observe(e fn.Event) {
	if r.env.Observer != nil {
		r.env.Observer(e)
	}
}
