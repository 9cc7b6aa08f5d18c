package display

import "github.com/stellarlang/stellar/stellar/value"

// records writes a list of maps, or a map, with each entry on a line of its own. ok is false
// for any other value, of which nothing is written.
func (p *printer) records(v value.Value) (ok bool) {
	if v.Kind() == value.KindMap && v.Len() > 0 {
		p.record(v, "")
		return true
	}
	if v.Kind() != value.KindList || v.Len() == 0 {
		return false
	}
	rows := p.rows(v.Len())
	for _, row := range rows {
		if v.Item(row).Kind() != value.KindMap {
			return false
		}
	}
	for i, row := range rows {
		if !p.goesOn() {
			return true
		}
		if i > 0 {
			p.string("\n")
			if row != rows[i-1]+1 {
				p.cut()
				p.string("… " + counted(v.Len()-len(rows), "more row") + "\n")
			}
		}
		p.string("row " + grouped(row+1) + " of " + grouped(v.Len()))
		p.record(v.Item(row), "\n")
	}
	return true
}

// record writes the entries of a map, the first after some text.
func (p *printer) record(v value.Value, before string) {
	c := p.collection(v)
	shown := p.shownOf(c.Len(), 0)
	headers, widest := make([]string, 0, shown), 0
	for k := range c.all {
		if len(headers) == shown {
			break
		}
		header, isShort := shortened(p.header(k), widestCell)
		if isShort {
			p.cut()
		}
		headers, widest = append(headers, header), max(widest, columns(header))
	}
	at := 0
	for _, item := range c.all {
		if at == len(headers) || !p.goesOn() {
			break
		}
		line := padded(headers[at], widest, false) + between
		p.string(before + line)
		if item.IsContainer() {
			p.value(item, 1, columns(line))
		} else {
			p.value(item, 0, columns(line))
		}
		before = "\n"
		at++
	}
	if rest := c.Len() - at; rest > 0 && p.err == nil {
		p.string(before + p.left(rest))
	}
}
