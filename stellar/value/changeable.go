package value

// partsAtOnce is how many parts of a container are charged to a budget at once.
const partsAtOnce = 1024

// Changeable returns v if it is a container that may be changed, and else, if it is
// one, a copy that may be, which shares the parts. It charges a step for each part to
// the budget, of which it fails; nil has no end. It returns other values as they are.
func (v Value) Changeable(budget Budget) (Value, error) {
	if !v.Frozen() {
		return v, nil
	}
	switch v.kind {
	case KindList:
		l, err := v.List().changeable(budget)
		return FromList(l), err
	case KindMap:
		m, err := v.Map().changeable(budget)
		return FromMap(m), err
	case KindSet:
		m, err := v.Set().m.changeable(budget)
		return FromSet(&Set{m: *m}), err
	}
	return v, nil
}

// changeable returns a copy of a frozen list.
func (l *List) changeable(budget Budget) (*List, error) {
	c := NewListSize(l.Len() + 1)
	for start := 0; start < l.Len(); start += partsAtOnce {
		end := min(start+partsAtOnce, l.Len())
		if err := spend(budget, end-start); err != nil {
			return l, err
		}
		if !l.isView() {
			c.items = append(c.items, l.items[start:end]...)
			continue
		}
		for i := start; i < end; i++ {
			item := l.At(i)
			c.items = append(c.items, item)
			c.add(item)
		}
	}
	if !l.isView() {
		c.extent = l.extent.changeable()
	}
	return c, nil
}

// changeable returns a copy of a frozen map.
func (m *Map) changeable(budget Budget) (*Map, error) {
	c := NewMap(m.Len() + 1)
	if m.isView() || m.fields || m.index != nil && m.index.deleted > 0 {
		parts := 0
		for k, v := range m.All() {
			if parts++; parts%partsAtOnce == 0 {
				if err := spend(budget, partsAtOnce); err != nil {
					return m, err
				}
			}
			c.put(k, v)
		}
		return c, nil
	}
	var err error
	if c.entries, err = copied(budget, c.entries, m.entries); err != nil {
		return m, err
	}
	if m.index != nil {
		x := *m.index
		if x.slots, err = copied(budget, make([]slot, 0, len(x.slots)), x.slots); err != nil {
			return m, err
		}
		c.index = &x
	}
	c.extent = m.extent.changeable()
	return c, nil
}

// copied appends all of a slice to dst, piece by piece.
func copied[T any](budget Budget, dst, from []T) ([]T, error) {
	for piece := from; len(piece) > 0; {
		n := min(len(piece), partsAtOnce)
		if err := spend(budget, n); err != nil {
			return nil, err
		}
		dst = append(dst, piece[:n]...)
		piece = piece[n:]
	}
	return dst, nil
}

// changeable returns the extent of a copy of a frozen container that is no view.
func (e extent) changeable() extent {
	e.frozen, e.held = false, false
	return e
}

// spend charges steps to a budget, if there is one.
func spend(budget Budget, steps int) error {
	if budget == nil {
		return nil
	}
	return budget.Spend(int64(steps))
}
