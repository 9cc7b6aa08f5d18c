package value

import "iter"

// MaxLevels is how deep lists, maps and sets may be nested. What is nested
// deeper is heavier than any limit (see Value.Weight), and walks through it end
// there: the text form has … for the rest.
const MaxLevels = 10_000

// tooHeavy is the weight of what is nested too deep, and the largest there is.
const tooHeavy = 1 << 61

// extent is what a container knows of its own size and use.
type extent struct {
	weight int64  // of its parts; see Value.Weight
	levels int32  // of containers below it
	depth  uint16 // if it was made of Go data: levels of such containers above it
	frozen bool
	held   bool // it was put into another container when it was not frozen
}

// add counts a part that is put in.
func (e *extent) add(v Value) {
	if !v.IsContainer() {
		e.weight += v.Weight()
		return
	}
	part := v.extent()
	if !part.frozen {
		part.held = true
	}
	e.weight = min(e.weight+v.Weight(), tooHeavy)
	if e.levels = max(e.levels, part.levels+1); e.levels >= MaxLevels {
		e.weight = tooHeavy
	}
}

// extent gives the extent of a container, which also identifies it.
func (v Value) extent() *extent {
	switch v.kind {
	case KindList:
		return &v.List().extent
	case KindMap:
		return &v.Map().extent
	}
	return &v.Set().m.extent
}

// Levels tells how deep lists, maps and sets are nested in v, itself included: 0
// for all other kinds. Like Weight it costs nothing.
func (v Value) Levels() int {
	if !v.IsContainer() {
		return 0
	}
	return int(v.extent().levels) + 1
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

// visits is what a walk through containers remembers of those it has been
// through. A container can be a part of another one many times, by way of others
// more often than can be counted, so walking every way there is could take for
// ever. Walks of a few containers remember nothing, which is faster.
type visits[K comparable, V any] struct {
	count int
	known map[K]V
}

const fewVisits = 1000

// recall counts a visit and gives what was found before.
func (m *visits[K, V]) recall(k K) (v V, done bool) {
	if m.count++; m.count > fewVisits {
		v, done = m.known[k]
	}
	return v, done
}

func (m *visits[K, V]) remember(k K, v V) {
	if m.count <= fewVisits {
		return
	}
	if m.known == nil {
		m.known = map[K]V{}
	}
	m.known[k] = v
}
