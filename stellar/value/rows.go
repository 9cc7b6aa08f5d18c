package value

import (
	"math"
	"unsafe"
)

// Rows are rows that are kept as bytes, and have the same columns. The map of a row is
// frozen. It is a place in the bytes, from which it reads its values each time that they
// are asked for, so that nothing is made for a row before that.
type Rows struct {
	columns *Map // its keys, in order
	cells   Cells
}

// Cells reads the values of rows, one after the other in the order of the columns. They
// must be frozen, and are null, bools, numbers of 64 bits, or strings.
type Cells interface {
	// First returns where the first value begins.
	First(row []byte) int
	// Read returns the value that begins at a place, and where the next one does.
	Read(row []byte, at int) (v Value, next int)
	// Text returns how many bytes the text of that value has, 0 if it is no string, and
	// where the next one begins.
	Text(row []byte, at int) (bytes, next int)
}

// NewRows returns rows with these columns, which are strings that differ from each other.
func NewRows(columns []Value, cells Cells) *Rows {
	r := &Rows{columns: NewMap(len(columns)), cells: cells}
	for _, column := range columns {
		r.columns.put(column, Null)
	}
	return r
}

// RowBlock is some of the rows. It may end with what is no row.
type RowBlock struct {
	rows  *Rows
	bytes []byte
}

// Block returns the rows in bytes that never change.
func (r *Rows) Block(bytes []byte) *RowBlock { return &RowBlock{r, bytes} }

// Map returns the map of the row that begins at a place, which keeps the block alive.
func (b *RowBlock) Map(at int) Value {
	return Value{kind: KindMap, ptr: unsafe.Pointer(b), num: uint64(at) + 1}
}

// isRow reports whether v is the map of a row. There is no Map of it before one is asked
// for: ptr points to the block, and num holds 1 more than the place.
func (v Value) isRow() bool { return v.kind == KindMap && v.num != 0 }

// rowMap is the content of the map of a row. There is a new one each time that it is
// asked for. Nothing copies the Map in it, which is frozen and has no entries.
type rowMap struct {
	Map
	block *RowBlock
	at    int
}

// rowMap is Value.Map, and not a part of each place where that is called.
//
//go:noinline
func (v Value) rowMap() *Map {
	m := &rowMap{block: (*RowBlock)(v.ptr), at: int(v.num - 1)}
	m.frozen, m.depth = true, rowDepth
	return &m.Map
}

// rowDepth is the depth of a rowMap, and of no view of Go data.
const rowDepth = math.MaxUint16

// ofRow returns the row that a view is of, nil if it is one of Go data.
func (m *Map) ofRow() *rowMap {
	if m.depth != rowDepth {
		return nil
	}
	return (*rowMap)(unsafe.Pointer(m))
}

func (m *rowMap) get(key Value) (Value, bool) {
	i := m.block.rows.columns.find(key)
	if i < 0 {
		return Null, false
	}
	cells, row := m.block.rows.cells, m.block.bytes[m.at:]
	at := cells.First(row)
	for range i {
		_, at = cells.Text(row, at)
	}
	v, _ := cells.Read(row, at)
	return v, true
}

func (m *rowMap) all(yield func(k, v Value) bool) {
	cells, row := m.block.rows.cells, m.block.bytes[m.at:]
	at := cells.First(row)
	for _, column := range m.block.rows.columns.entries {
		var v Value
		if v, at = cells.Read(row, at); !yield(column.key, v) {
			return
		}
	}
}

// measure returns Weight and Size of the map of the row at a place. They are those of a
// map with entries.
func (b *RowBlock) measure(at int) (weight, size int64) {
	weight, size = FromMap(b.rows.columns).Measure()
	row, cells := b.bytes[at:], b.rows.cells
	at = cells.First(row)
	for range b.rows.columns.entries { // whose values are null
		var text int
		text, at = cells.Text(row, at)
		weight, size = weight+int64(text/bytesPerWeight), size+int64(text)
	}
	return weight, size
}
