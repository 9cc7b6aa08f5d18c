package ruletest

import (
	"context"
	"slices"
	"time"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/yaml"
	"github.com/stellarlang/stellar/stellar/value"
)

// environment makes the environment of all tests: functions that a test mocks ask the
// context of the evaluation first, so that the rules are compiled once.
func (r *runner) environment() (*stellar.Env, error) {
	env, err := stellar.NewEnv(r.Environment)
	if err != nil {
		return nil, err
	}
	for _, f := range r.set.Functions { // which would take the place of mocked ones later on
		if known, _ := env.Lookup(f.Name); known != nil {
			r.Environment.Replace = append(without(r.Environment.Replace, f.Name), f)
		}
	}
	if len(r.set.Functions) > 0 {
		if env, err = stellar.NewEnv(r.Environment); err != nil {
			return nil, err
		}
	}
	r.env = env
	options := r.Environment
	mocked := map[string]bool{}
	for _, t := range r.set.Tests {
		for _, m := range t.Mocks {
			if f, _ := env.Lookup(m.Function); f != nil && !mocked[m.Function] {
				mocked[m.Function] = true
				options.Replace = append(without(options.Replace, m.Function), mockable(f))
			}
		}
	}
	options.Observer = r.observe
	clock := options.Clock
	if clock == nil {
		clock = time.Now
	}
	options.Clock = func() time.Time {
		if now := r.now.Load(); now != nil {
			return *now
		}
		return clock()
	}
	return stellar.NewEnv(options)
}

// without returns a copy of functions but for the one of a name.
func without(functions []fn.Func, name string) []fn.Func {
	return slices.DeleteFunc(slices.Clone(functions), func(f fn.Func) bool { return f.Name == name })
}

// observe takes note of what an expression sees as null, once.
func (r *runner) observe(e fn.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := slices.ContainsFunc(r.nulls, func(n fn.Event) bool {
		return n.Function == e.Function && n.Subject == e.Subject && n.Err.Error() == e.Err.Error()
	})
	if len(r.nulls) < maxNulls && !known {
		r.nulls = append(r.nulls, e)
	}
}

type mocksKey struct{}

// withMocks returns a context in which calls of functions return what a test says.
func withMocks(ctx context.Context, t *yaml.Test) context.Context {
	mocks := map[string]value.Value{}
	for _, m := range t.Mocks {
		mocks[m.Function] = m.Result.Freeze()
	}
	return context.WithValue(ctx, mocksKey{}, mocks)
}

// mockable returns a function that returns what the test under way says, and calls f if
// it says nothing. It is never computed beforehand.
func mockable(f *fn.Func) fn.Func {
	with := *f
	with.Unary, with.Prepare, with.Witness, with.Library = nil, nil, nil, ""
	with.Purity = max(f.Purity, fn.Impure)
	with.Body = func(c *fn.Call) (value.Value, error) {
		mocks, _ := c.Context().Value(mocksKey{}).(map[string]value.Value)
		if result, ok := mocks[f.Name]; ok {
			return mocked(f, result, c.Arg(0)), nil
		}
		if f.Body == nil {
			return f.Unary(c.Arg(0), c)
		}
		return f.Body(c)
	}
	return with
}

// mocked returns what a call returns: the result, or its entry for the first argument.
func mocked(f *fn.Func, result, first value.Value) value.Value {
	if result.Kind() != value.KindMap {
		return result
	}
	if v, ok := result.Map().Get(value.String(first.String())); ok && !first.IsNull() {
		return v
	}
	if f.Result != 0 && f.Result&fn.Map == 0 {
		return value.Null
	}
	return result
}
