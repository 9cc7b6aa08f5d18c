package table

import "github.com/stellarlang/stellar/stellar/value"

// cells returns the key of a row, if it is found by a text, and its cells.
func (t *Table) cells(row place) (key, cells []byte) {
	cells = t.rows.at(row)
	if t.timed {
		cells = cells[timesSize:]
	}
	return plainCells{keyed: t.isText()}.split(cells)
}

// read returns the map of a row, whose values are made when they are asked for if that is
// possible.
func (t *Table) read(of place) value.Value {
	if t.blocks == nil {
		return t.make(of)
	}
	block, at := of.split()
	if t.timed {
		at += timesSize
	}
	return t.blocks[block].Map(at)
}

// make returns the map of a row with all its values.
func (t *Table) make(of place) value.Value {
	key, cells := t.cells(of)
	if t.sparse {
		return t.makeSparse(key, cells)
	}
	var few [16]value.Value
	values := few[:0]
	for range t.names {
		var v value.Value
		v, cells = readCell(cells, key)
		values = append(values, v)
	}
	return value.FrozenMap(t.names, values)
}

// makeSparse is make for a row that says which columns it has.
func (t *Table) makeSparse(key, cells []byte) value.Value {
	n, k := uvarint(cells)
	cells = cells[k:]
	row := value.NewMap(int(n))
	for range n {
		i, k := uvarint(cells)
		var v value.Value
		v, cells = readCell(cells[k:], key)
		row.PutNew(t.names[i], v)
	}
	return value.FromMap(row).Freeze()
}

// plainCells reads the cells of rows that have all columns.
type plainCells struct {
	keyed bool // they begin with the keys by which they are found
}

// First implements value.Cells.
func (p plainCells) First(row []byte) int {
	_, cells := p.split(row)
	return len(row) - len(cells)
}

// Read implements value.Cells.
func (p plainCells) Read(row []byte, at int) (v value.Value, next int) {
	key, _ := p.split(row)
	v, rest := readCell(row[at:], key)
	return v, len(row) - len(rest)
}

// Text implements value.Cells.
func (p plainCells) Text(row []byte, at int) (bytes, next int) {
	head, n := uvarint(row[at:])
	if head&1 == 0 {
		bytes = int(head >> 1)
		return bytes, at + n + bytes
	}
	if head == other(cellKey) {
		key, _ := p.split(row)
		bytes = len(key)
	}
	return bytes, len(row) - len(skipCell(row[at:]))
}

func (p plainCells) split(row []byte) (key, cells []byte) {
	if !p.keyed {
		return nil, row
	}
	head, n := uvarint(row)
	return row[n : n+int(head>>1)], row[n+int(head>>1):]
}
