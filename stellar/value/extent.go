package value

import (
	"math/big"
	"unsafe"
)

// MaxLevels is how deep lists, maps and sets may be nested. What is nested
// deeper is heavier than any limit (see Value.Weight), and walks through it end
// there: the text form has … for the rest.
const MaxLevels = 10_000

// tooHeavy is the weight of what is nested too deep, and the largest there is.
const tooHeavy = 1 << 61

// extent is what a container knows of its own size and use.
type extent struct {
	weight int64  // of its parts; see Value.Weight
	size   int64  // of its parts; see Value.Size
	levels uint16 // of containers below it, if they are not more
	depth  uint16 // of a view of Go data: 1 more than there are containers above it; or rowDepth
	frozen bool
	held   bool // it was put into another container, or is kept, when it was not frozen
	views  bool // it is a view of Go data, or holds one or a Borrower; see Value.Detach
	fields bool // it is the map of all fields; see AllFields
}

// viewed returns the extent of a view of Go data, of which the values in it are
// counted but not the parts of those.
func viewed(values int, depth uint16, fields bool) extent {
	n := int64(values)
	return extent{weight: n, size: n * valueSize, depth: depth + 1, frozen: true, views: true, fields: fields}
}

// isView reports whether the parts of a container are still in Go form, or bytes of a row.
func (e *extent) isView() bool { return e.depth > 0 }

// add counts a part that is put in.
func (e *extent) add(v Value) {
	switch {
	case v.kind < KindBigInt:
		e.weight, e.size = e.weight+1, e.size+valueSize
		return
	case v.kind == KindString:
		e.count(v.measureString())
		return
	}
	e.count(v.Measure())
	if !v.IsContainer() { // which has no parts
		e.views = e.views || v.kind == KindLambda && v.Borrows()
		return
	}
	if v.isView() || v.isRow() {
		e.views, e.levels = e.views || v.isView(), max(e.levels, 1)
		return
	}
	part := v.extent()
	if !part.frozen {
		part.held = true
	}
	e.views = e.views || part.views
	if e.levels = max(e.levels, part.levels+1, part.levels); e.levels >= MaxLevels {
		e.weight = tooHeavy
	}
}

func (e *extent) count(weight, size int64) {
	e.weight, e.size = min(e.weight+weight, tooHeavy), min(e.size+size, tooHeavy)
}

// lose takes a part away that is put in no more. As it may have grown since it
// was counted, the counts never get less than those of the parts that are left.
func (e *extent) lose(v Value, left int) {
	weight, size := v.Measure()
	e.weight = max(e.weight-weight, int64(left))
	e.size = max(e.size-size, int64(left)*valueSize)
}

// extent returns the extent of a container, which also identifies it.
func (v Value) extent() *extent {
	switch v.kind {
	case KindList:
		if !v.isView() {
			return &(*List)(v.ptr).extent
		}
		return &v.List().extent
	case KindMap:
		return &v.Map().extent
	}
	return &v.Set().m.extent
}

// Levels returns how deep lists, maps and sets are nested in v, itself included: 0
// for all other kinds. It is O(1), and counts no further than to 65,536.
func (v Value) Levels() int {
	switch {
	case !v.IsContainer():
		return 0
	case v.isView(), v.isRow():
		return 1
	}
	return int(v.extent().levels) + 1
}

// Weight returns the number of values in v, counting v itself, and shared parts
// once for each path to them. Each 256 bytes of a string count as one more; an
// accumulator says what it weighs. Containers keep it up to date, so it is O(1), but for
// the map of a row, whose values are counted anew.
//
// The parts of what FromGo made of a part of Go data are not counted. Parts that
// grew after they were put into v count as they were then, until v is frozen.
func (v Value) Weight() int64 {
	weight, _ := v.Measure()
	return weight
}

// Size returns about how many bytes of memory v takes, with all that it holds.
// Shared parts count once for each path to them, the texts of strings even if
// they are parts of others. Like Weight it is kept up to date, so it is O(1), and
// the same parts are not counted.
func (v Value) Size() int64 {
	_, size := v.Measure()
	return size
}

const (
	// bytesPerWeight makes long strings weigh, as many of them can fill the memory.
	bytesPerWeight = 256

	valueSize = int64(unsafe.Sizeof(Value{}))
	listSize  = int64(unsafe.Sizeof(List{}))
	mapSize   = int64(unsafe.Sizeof(Map{}))
	boxSize   = int64(unsafe.Sizeof(box[any]{}))
)

// Measure returns Weight and Size.
func (v Value) Measure() (weight, size int64) {
	switch v.kind {
	case KindString:
		return v.measureString()
	case KindBigInt:
		return 1, valueSize + bigIntSize(v.BigInt().BitLen())
	case KindList:
		if v.isView() {
			return int64(v.viewLen()) + 1, valueSize + int64(v.viewLen())*valueSize
		}
		l := (*List)(v.ptr)
		return l.weight + 1, valueSize + listSize + l.size
	case KindMap:
		if v.isRow() {
			return (*RowBlock)(v.ptr).measure(int(v.num - 1))
		}
		m := (*Map)(v.ptr)
		if of := m.ofRow(); of != nil {
			return of.block.measure(of.at)
		}
		return m.weight + 1, m.ownSize() + m.size
	case KindSet: // an item is the key of an entry without a value
		m := &v.Set().m
		return m.weight - int64(m.Len()) + 1, m.ownSize() + m.size
	case KindLambda:
		return 1, valueSize + boxSize
	case KindObject:
		weight = 1
		if a, ok := v.Object().(Accumulator); ok {
			weight = max(1, min(a.Weight(), tooHeavy))
		}
		return weight, valueSize + boxSize + min(weight, tooHeavy/valueSize)*valueSize
	}
	return 1, valueSize
}

// measureString is Measure of a string. It is small enough to be no call.
func (v Value) measureString() (weight, size int64) {
	return 1 + int64(v.num/bytesPerWeight), valueSize + int64(v.num)
}

// ownSize is the size of a map without its entries.
func (m *Map) ownSize() int64 {
	size := valueSize + mapSize
	if m.index != nil {
		size += int64(len(m.index.slots)) * slotSize
	}
	return size
}

// bigIntSize counts the words that package big keeps in reserve, too.
func bigIntSize(bits int) int64 { return int64(unsafe.Sizeof(big.Int{})) + int64(bits/64+5)*8 }
