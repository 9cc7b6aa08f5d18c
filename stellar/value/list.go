package value

import (
	"iter"
	"unsafe"
)

// List is the content of a list value. A list made from a Go slice converts
// its items when they are read.
type List struct {
	items []Value // of a view of Go data, source
	extent
}

// viewOf returns a list that is a view of Go data.
func viewOf(source []any, depth uint16) *List {
	l := &List{extent: viewed(len(source), depth, false)}
	*l.source() = source
	return l
}

// source returns the items of a view, which are still in Go form. They have the
// place of the others, as most lists are small and many.
func (l *List) source() *[]any { return (*[]any)(unsafe.Pointer(&l.items)) }

// NewList makes a list of the items. It takes ownership of the slice.
func NewList(items []Value) *List {
	l := &List{items: items}
	for i := range items {
		l.add(items[i])
	}
	return l
}

// NewListSize returns an empty list with room for n items.
func NewListSize(n int) *List {
	switch { // small ones with their items in one piece of memory
	case n <= len(list4{}.room):
		l := &list4{}
		l.items = l.room[:0]
		return &l.List
	case n <= len(list8{}.room):
		l := &list8{}
		l.items = l.room[:0]
		return &l.List
	}
	return &List{items: make([]Value, 0, n)}
}

// Recycle empties a list so that its memory can be used again, unless somebody
// else may hold the list: it is frozen, which all do who keep one, or it is a part
// of another container. It reports whether it did.
func (l *List) Recycle() bool {
	if l.frozen || l.held {
		return false
	}
	if l.size > int64(len(l.items))*valueSize { // else they are scalars, which hold nothing
		clear(l.items)
	}
	*l = List{items: l.items[:0]}
	return true
}

// Room returns how many items the list can have without more memory.
func (l *List) Room() int { return cap(l.items) }

type (
	list4 struct {
		List
		room [4]Value
	}
	list8 struct {
		List
		room [8]Value
	}
)

// Len returns the number of items.
func (l *List) Len() int {
	return len(l.items) // of a view too
}

// Weight returns the weight of the list as a value; see Value.Weight.
func (l *List) Weight() int64 { return l.weight + 1 }

// At returns the item at i, which must be at least 0 and less than Len.
func (l *List) At(i int) Value {
	if l.isView() {
		return fromGo((*l.source())[i], l.depth, nil)
	}
	return l.items[i]
}

// All iterates over the items in order.
func (l *List) All() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for i := range l.Len() {
			if !yield(l.At(i)) {
				return
			}
		}
	}
}

// Append adds an item at the end and returns the changed list: l itself, or a copy
// when l is frozen. A container that holds l is added as a copy.
func (l *List) Append(item Value) *List {
	if l.frozen || item.kind >= KindBigInt {
		return l.appendAny(item)
	}
	l.items = append(l.items, item)
	l.weight, l.size = l.weight+1, l.size+valueSize
	return l
}

func (l *List) appendAny(item Value) *List {
	if l.frozen {
		l, _ = l.changeable(nil)
	}
	if item.IsContainer() {
		item = detached(item, &l.extent)
	}
	l.items = append(l.items, item)
	l.add(item)
	return l
}
