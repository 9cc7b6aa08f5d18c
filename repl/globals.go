package repl

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/stellarlang/stellar/stellar/rules/script"
	"github.com/stellarlang/stellar/stellar/value"
)

// Globals are the global configuration of a session, which functions may read. It is
// safe for concurrent use.
type Globals struct {
	mu     sync.Mutex
	values map[string]Variable
}

// All returns the globals by name.
func (g *Globals) All() []Variable {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all []Variable
	for _, name := range slices.Sorted(maps.Keys(g.values)) {
		all = append(all, g.values[name])
	}
	return all
}

// Over returns a map of other globals, null for none, and over them those of g.
func (g *Globals) Over(others value.Value) value.Value {
	all := value.NewMap(0)
	if below := others.Map(); below != nil {
		for name, v := range below.All() {
			all.PutNew(name, v)
		}
	}
	for _, own := range g.All() {
		all = all.Put(value.String(own.Name), own.Value)
	}
	return value.FromMap(all).Freeze()
}

// Define makes a global, or changes one.
func (g *Globals) Define(name string, v value.Value) { g.put(Variable{Name: name, Value: v}) }

func (g *Globals) put(v Variable) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.values == nil {
		g.values = map[string]Variable{}
	}
	g.values[v.Name] = v
}

// remove removes a global, and reports whether there was one.
func (g *Globals) remove(name string) (was bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, was = g.values[name]
	delete(g.values, name)
	return was
}

// Globals returns the globals of the session.
func (s *Session) Globals() *Globals { return s.globals }

// listGlobals lists the globals, those that are stored outside of the session too.
func (s *Session) listGlobals(ctx context.Context, _ string) (r Result) {
	all := s.globals.All()
	if s.host.Globals != nil {
		stored, err := s.host.Globals(ctx)
		if err != nil {
			r.Err = fmt.Errorf("%%globals: those that are stored cannot be read: %w", err)
		} else if stored != nil {
			for _, name := range stored.Names() {
				if !slices.ContainsFunc(all, func(v Variable) bool { return v.Name == name }) {
					all = append(all, Variable{Name: name, Value: stored.Lookup(name)})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	r.Answer = GlobalList{all}
	return r
}

// define makes a global.
func (s *Session) define(ctx context.Context, text string) Result {
	name, expression, ok := strings.Cut(text, ":=")
	name, expression = strings.Trim(strings.TrimSpace(name), "`"), strings.TrimSpace(expression)
	if !ok || name == "" || expression == "" || strings.ContainsAny(name, " \t\n") {
		return Result{Err: errors.New("%define: write %define NAME := EXPRESSION")}
	}
	r := s.expression(ctx, script.WithoutHashes(withoutSemicolon(expression)), expression)
	evaluated, ok := r.Answer.(Evaluated)
	if !ok {
		return r
	}
	if evaluated.Value.IsNull() {
		r.Answer, r.Err = nil, errors.New("%define: the value is null, which no global has; %undefine removes one")
		return r
	}
	global := Variable{Name: name, Value: evaluated.Value, Expression: expression}
	s.globals.put(global)
	r.Answer = Assigned{[]Variable{global}}
	return r
}

// undefine removes a global, or else what was assigned to a variable, whether there is one
// or not.
func (s *Session) undefine(_ context.Context, name string) Result {
	if name == "" || len(strings.Fields(name)) > 1 {
		return Result{Err: errors.New("%undefine: the name of one global or variable is wanted; %globals and %vars list them")}
	}
	if name = strings.Trim(name, "`"); !s.globals.remove(name) {
		delete(s.variables.assigned, name)
	}
	return Result{}
}
