package subnet

// Table finds the networks in which an address lies. The zero Table holds none. A
// table that is not being changed is safe for concurrent use.
type Table struct {
	networks map[Prefix]int32
	lengths  []Prefix // one network of each length
}

// Number returns the number of a network, counted from 0 in the order in which
// networks were first asked for.
func (t *Table) Number(p Prefix) int32 {
	if number, known := t.networks[p]; known {
		return number
	}
	if t.networks == nil {
		t.networks = map[Prefix]int32{}
	}
	number := int32(len(t.networks))
	t.networks[p] = number
	for _, known := range t.lengths {
		if known.mask == p.mask {
			return number
		}
	}
	t.lengths = append(t.lengths, p)
	return number
}

// Len returns how many networks there are.
func (t *Table) Len() int { return len(t.networks) }

// Visit calls visit with the number of each network in which an address lies. It looks
// up one network of each length that there is.
func (t *Table) Visit(a Address, visit func(number int32)) {
	for _, length := range t.lengths {
		if !length.ipv4 && a.isIPv4() {
			continue
		}
		p := Prefix{Address{a.high & length.mask.high, a.low & length.mask.low}, length.mask, length.ipv4}
		if number, ok := t.networks[p]; ok {
			visit(number)
		}
	}
}
