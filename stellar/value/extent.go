package value

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
	views  bool // it, or a container in it, is a view of Go data; see Value.Detach
}

// add counts a part that is put in.
func (e *extent) add(v Value) {
	if !v.IsContainer() {
		e.weight = min(e.weight+v.Weight(), tooHeavy)
		return
	}
	part := v.extent()
	if !part.frozen {
		part.held = true
	}
	e.views = e.views || part.views
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

// Weight returns the number of values in v, counting v itself, and shared parts
// once for each path to them. Each 256 bytes of a string count as one more; an
// accumulator says what it weighs. Containers keep it up to date, so it is O(1).
//
// The parts of what FromGo made of a part of Go data are not counted. Parts that
// grew after they were put into v count as they were then, until v is frozen.
func (v Value) Weight() int64 {
	switch v.kind {
	case KindString:
		return 1 + int64(v.num/bytesPerWeight)
	case KindList:
		return v.List().weight + 1
	case KindMap:
		return v.Map().weight + 1
	case KindSet: // an item is the key of an entry without a value
		return v.Set().m.weight - int64(v.Set().Len()) + 1
	case KindObject:
		if a, ok := v.Object().(Accumulator); ok {
			return max(1, min(a.Weight(), tooHeavy))
		}
	}
	return 1
}

// bytesPerWeight makes long strings weigh, as many of them can fill the memory.
const bytesPerWeight = 256
