package value

import "iter"

// Freezer is an object that can be changed by functions, or a lambda that holds
// values. After Freeze those functions must work on a copy.
type Freezer interface{ Freeze() }

// Frozen tells whether v cannot change: after Freeze, and for all kinds but
// lists, maps and sets, of objects and lambdas whatever they hold.
func (v Value) Frozen() bool { return !v.IsContainer() || v.extent().frozen }

// Freeze marks the containers and objects in v as read-only, so that v may be
// shared: between evaluations, and between goroutines. From then on functions
// that would change them work on a copy. It must be called by the one who made
// v, before sharing it. It returns v. Cost: one visit per container not yet frozen.
// Weight and Levels are counted anew.
func (v Value) Freeze() Value {
	switch v.kind {
	case KindList:
		v.List().freeze()
	case KindMap:
		v.Map().freeze()
	case KindSet:
		v.Set().m.freeze()
	case KindLambda:
		if f, ok := v.Lambda().(Freezer); ok {
			f.Freeze()
		}
	case KindObject:
		if f, ok := v.Object().(Freezer); ok {
			f.Freeze()
		}
	}
	return v
}

func (l *List) freeze() {
	if l.frozen {
		return
	}
	l.frozen, l.weight, l.levels = true, 0, 0
	for i := range l.items {
		l.add(l.items[i].Freeze())
	}
}

func (m *Map) freeze() {
	if m.frozen {
		return
	}
	m.frozen, m.weight, m.levels = true, 0, 0
	for _, e := range m.entries {
		if e.key.kind != kindDeleted {
			m.add(e.key.Freeze())
			m.add(e.value.Freeze())
		}
	}
}

// shared gives v if it is frozen, else a frozen copy: a host may hand the same
// container to several evaluations at once.
func (v Value) shared() Value {
	if v.Frozen() {
		return v
	}
	return v.Copy().Freeze()
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

// detached gives v, or a copy of v when storing v in the container with the
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

// Copy gives v with copies of the containers in it that are not frozen, each
// copied once. Objects are not copied. The copy's Weight and Levels are right,
// even where parts of v grew after they were put in.
func (v Value) Copy() Value { return v.copy(map[*extent]Value{}, 0) }

func (v Value) copy(made map[*extent]Value, depth int) Value {
	if !v.IsContainer() || v.Frozen() {
		return v
	}
	if c, done := made[v.extent()]; done {
		return c
	}
	if depth >= MaxLevels {
		return omission
	}
	var c Value
	switch v.kind {
	case KindList:
		items := make([]Value, v.Len())
		for i, item := range v.List().items {
			items[i] = item.copy(made, depth+1)
		}
		c = ListOf(items...)
	case KindMap:
		c = FromMap(v.Map().copied(func(part Value) Value { return part.copy(made, depth+1) }))
	case KindSet:
		c = FromSet(&Set{m: *v.Set().m.shallow()})
	}
	made[v.extent()] = c
	return c
}
