package value

import "iter"

// List is the content of a list value. A list made from a Go slice converts
// its items when they are read.
type List struct {
	items  []Value
	source []any // when not nil: the items, still in Go form; the list is frozen then
	extent
}

// NewList makes a list of the items. The slice is given away.
func NewList(items []Value) *List {
	l := &List{items: items}
	for i := range items {
		l.add(items[i])
	}
	return l
}

// Len gives the number of items.
func (l *List) Len() int {
	if l.source != nil {
		return len(l.source)
	}
	return len(l.items)
}

// At gives the item at i, which must be at least 0 and less than Len.
func (l *List) At(i int) Value {
	if l.source != nil {
		return fromGo(l.source[i], l.depth+1, nil)
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

// Append adds items at the end and gives the changed list: l itself, or a copy
// when l is frozen. A container that holds l is added as a copy.
func (l *List) Append(items ...Value) *List {
	if l.frozen {
		copied := make([]Value, 0, l.Len()+len(items))
		for item := range l.All() {
			copied = append(copied, item)
		}
		l = NewList(copied)
	}
	for _, item := range items {
		item = detached(item, &l.extent)
		l.items = append(l.items, item)
		l.add(item)
	}
	return l
}
