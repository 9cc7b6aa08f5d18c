package table

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"github.com/stellarlang/stellar/stellar/value"
)

// arena holds rows, in blocks that never move. A text of a row is a part of its block, so
// that reading it copies nothing, and keeps the block alive as long as it is used.
type arena struct {
	blocks [][]byte
	size   int64
}

// place is where in an arena something begins, plus 1; 0 is nowhere.
type place uint64

// blockSize is that of blocks. No row is longer.
const (
	blockBits = 18
	blockSize = 1 << blockBits
)

// MaxSize bounds the bytes of all rows of a table.
const MaxSize = 64 << 30

// add copies bytes into the arena.
func (a *arena) add(row []byte) (place, error) {
	if len(row) > blockSize {
		return 0, fmt.Errorf("the row takes %d bytes, more than the limit of %d", len(row), blockSize)
	}
	last := len(a.blocks) - 1
	if last < 0 || len(a.blocks[last])+len(row) > blockSize {
		if a.size+blockSize > MaxSize {
			return 0, fmt.Errorf("the table takes more than the limit of %d GiB", MaxSize>>30)
		}
		a.blocks = append(a.blocks, make([]byte, 0, blockSize))
		a.size += blockSize
		last++
	}
	at := place(last)<<blockBits + place(len(a.blocks[last])) + 1
	a.blocks[last] = append(a.blocks[last], row...)
	return at, nil
}

// trim gives back what the last block does not need.
func (a *arena) trim() {
	if last := len(a.blocks) - 1; last >= 0 {
		kept := append(make([]byte, 0, len(a.blocks[last])), a.blocks[last]...)
		a.size += int64(len(kept)) - blockSize
		a.blocks[last] = kept
	}
}

// at returns what begins at a place, up to the end of its block.
func (a *arena) at(p place) []byte {
	block, at := p.split()
	return a.blocks[block][at:]
}

func (p place) split() (block, at int) {
	return int((p - 1) >> blockBits), int((p - 1) & (blockSize - 1))
}

// Rows are written as the key by which they are found, unless that is not a text, and
// cells. A cell begins with a number: the length of a text times two, or what else it is
// times two plus one.
const (
	_ = iota
	cellNull
	cellFalse
	cellTrue
	cellInteger
	cellDouble
	cellJSON // with a length: a list or a map
	cellKey  // the key of the row
)

func other(kind int) uint64 { return uint64(kind)<<1 | 1 }

func appendText[T string | []byte](row []byte, text T) []byte {
	return append(binary.AppendUvarint(row, uint64(len(text))<<1), text...)
}

func appendUvarint(row []byte, n int) []byte { return binary.AppendUvarint(row, uint64(n)) }

// appendCell appends a value of JSON.
func appendCell(row []byte, v value.Value) []byte {
	switch {
	case v.IsNull():
		return binary.AppendUvarint(row, other(cellNull))
	case v.Kind() == value.KindBool && v.Bool():
		return binary.AppendUvarint(row, other(cellTrue))
	case v.Kind() == value.KindBool:
		return binary.AppendUvarint(row, other(cellFalse))
	case v.Kind() == value.KindInt, v.Kind() == value.KindLong:
		return binary.AppendVarint(binary.AppendUvarint(row, other(cellInteger)), v.Int64())
	case v.Kind() == value.KindDouble:
		return binary.LittleEndian.AppendUint64(binary.AppendUvarint(row, other(cellDouble)), math.Float64bits(v.Float64()))
	case v.Kind() == value.KindString:
		return appendText(row, v.Str())
	}
	text := v.AppendJSON(nil)
	row = binary.AppendUvarint(row, other(cellJSON))
	return append(appendUvarint(row, len(text)), text...)
}

// uvarint is binary.Uvarint for what this package has written, and short numbers above all.
func uvarint(b []byte) (uint64, int) {
	if b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	return binary.Uvarint(b)
}

// textOf returns bytes of the arena, which never change, as a string.
func textOf(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b))
}

// skipCell returns what comes after a cell.
func skipCell(b []byte) []byte {
	head, n := uvarint(b)
	b = b[n:]
	if head&1 == 0 {
		return b[head>>1:]
	}
	switch head >> 1 {
	case cellInteger:
		_, n := binary.Varint(b)
		return b[n:]
	case cellDouble:
		return b[8:]
	case cellJSON:
		length, n := uvarint(b)
		return b[n+int(length):]
	}
	return b
}

// readCell returns the value of a cell, which is frozen, and what comes after it.
func readCell(b, key []byte) (v value.Value, rest []byte) {
	head, n := uvarint(b)
	rest = b[n:]
	if head&1 == 0 {
		return value.String(textOf(rest[:head>>1])), rest[head>>1:]
	}
	switch head >> 1 {
	case cellNull:
		return value.Null, rest
	case cellFalse, cellTrue:
		return value.Bool(head>>1 == cellTrue), rest
	case cellInteger:
		i, n := binary.Varint(rest)
		return value.Integer(i), rest[n:]
	case cellDouble:
		return value.Double(math.Float64frombits(binary.LittleEndian.Uint64(rest))), rest[8:]
	case cellJSON:
		length, n := uvarint(rest)
		v, err := value.ParseJSONWith(rest[n:n+int(length)], value.JSONOptions{Frozen: true})
		if err != nil { // which cannot be, as it was read before
			v = value.Null
		}
		return v, rest[n+int(length):]
	case cellKey:
		return value.String(textOf(key)), rest
	}
	return value.Null, rest
}
