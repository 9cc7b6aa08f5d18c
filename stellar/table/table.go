// Package table keeps tables in memory: rows of files that are looked up by a key, such
// as the owner of a network or whether a domain is in a list.
//
// Rows are kept as the bytes that they are made of, a key takes about eleven bytes
// besides, and values are made when they are asked for. A table never changes; Live is a
// table that is read anew.
package table

import (
	"encoding/binary"
	"hash/maphash"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/stellarlang/stellar/stellar/fn/subnet"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// Table is the rows of a file. It is safe for concurrent use.
type Table struct {
	match   spec.Match
	columns []string
	names   []value.Value  // of the columns
	byName  map[string]int // the columns
	sparse  bool           // rows have only some of the columns
	timed   bool           // rows begin with times
	numbers bool           // ranges are of numbers
	count   int64
	same    int64 // rows whose key a later one has

	rows    arena
	blocks  []*value.RowBlock // those of rows, nil if rows are read at once
	texts   texts
	ipv4    intervals[ipv4]
	ipv6    intervals[ipv6]
	numeric intervals[numeric]

	made  []atomic.Pointer[madeRow] // maps of rows, by places or keys
	hints []atomic.Uint64           // beside it, parts of the hashes of the key that is kept, and of the one asked for last
}

// madeRow is the map of a row.
type madeRow struct {
	row  value.Value
	of   place  // where it is, unless there is a key
	key  string // that it was asked for by
	hash uint64 // of the key
}

// mostMade bounds the maps of rows that are kept.
const mostMade = 1 << 14

// Rows returns how many rows there are.
func (t *Table) Rows() int64 { return t.count }

// Repeated returns how many rows are never found, as a later one has their key.
func (t *Table) Repeated() int64 { return t.same }

// Columns returns the columns in their order, nil if rows need not have them: those of
// JSON, of which a later file may have others.
func (t *Table) Columns() []string {
	if t.sparse {
		return nil
	}
	return t.columns
}

// Size returns the bytes that the table takes, but for the maps of rows that were asked
// for, of which it keeps some thousands.
func (t *Table) Size() int64 {
	return t.rows.size + int64(len(t.texts.slots))*8 + t.ipv4.bytes() + t.ipv6.bytes() + t.numeric.bytes() + int64(len(t.made))*16
}

// Row returns the row of a key at a time, a frozen map; null if there is none.
func (t *Table) Row(key value.Value, at time.Time) (value.Value, error) {
	if !t.recalls(key) {
		if found := t.find(key, at); found != 0 {
			return t.row(found), nil
		}
		return value.Null, nil
	}
	made, hash := t.recall(key.Str())
	if made != nil {
		return made.row, nil
	}
	found := t.findAnew(key.Str(), hash)
	if found == 0 {
		return value.Null, nil
	}
	t.remember(key.Str(), hash, found)
	return t.read(found), nil
}

// Has reports whether there is a row of a key at a time.
func (t *Table) Has(key value.Value, at time.Time) (bool, error) {
	if !t.recalls(key) {
		return t.find(key, at) != 0, nil
	}
	made, hash := t.recall(key.Str())
	if made != nil {
		return true, nil
	}
	found := t.findAnew(key.Str(), hash)
	if found != 0 {
		t.remember(key.Str(), hash, found)
	}
	return found != 0, nil
}

// Cell returns what the row of a key at a time has in a column; null if there is none.
func (t *Table) Cell(key value.Value, at time.Time, column string) (value.Value, error) {
	i, known := t.byName[column]
	if !known {
		return value.Null, nil
	}
	var found place
	if t.recalls(key) {
		made, hash := t.recall(key.Str())
		if made != nil {
			cell, _ := made.row.Map().Get(t.names[i])
			return cell, nil
		}
		if found = t.findAnew(key.Str(), hash); found != 0 {
			t.remember(key.Str(), hash, found)
		}
	} else {
		found = t.find(key, at)
	}
	if found == 0 {
		return value.Null, nil
	}
	ofKey, cells := t.cells(found)
	if t.sparse {
		n, k := uvarint(cells)
		cells = cells[k:]
		for range n {
			number, k := uvarint(cells)
			if cells = cells[k:]; int(number) == i {
				v, _ := readCell(cells, ofKey)
				return v, nil
			}
			cells = skipCell(cells)
		}
		return value.Null, nil
	}
	for range i {
		cells = skipCell(cells)
	}
	v, _ := readCell(cells, ofKey)
	return v, nil
}

func (t *Table) isText() bool { return t.match != spec.CIDR && t.match != spec.Range }

// row returns the map of a row. It keeps some, of which all values are made.
func (t *Table) row(of place) value.Value {
	kept := &t.made[uint64(of)*0x9E3779B97F4A7C15>>32&uint64(len(t.made)-1)]
	if made := kept.Load(); made != nil && made.of == of {
		return made.row
	}
	if t.blocks != nil && rand.Uint32()%rememberedOf != 0 {
		return t.read(of)
	}
	made := &madeRow{of: of, row: t.make(of)}
	kept.Store(made)
	return made.row
}

// recalls reports whether rows of a key are kept: in tables that are found by texts, and
// whose rows always hold.
func (t *Table) recalls(key value.Value) bool {
	return !t.timed && t.isText() && key.Kind() == value.KindString && len(key.Str()) <= maxKey
}

// recall returns the row of a key that was asked for before, nil if it is not kept. Rows
// are kept with their keys, so that finding them touches nothing else.
func (t *Table) recall(key string) (made *madeRow, hash uint64) {
	hash = maphash.String(t.texts.seed, key)
	at := hash & uint64(len(t.made)-1)
	if t.hints[at].Load()>>32 != hash>>32 {
		return nil, hash
	}
	if made = t.made[at].Load(); made != nil && made.hash == hash && made.key == key {
		return made, hash
	}
	return nil, hash
}

// remember keeps the row of a key that is asked for again. It looks at some calls only,
// as an atomic write has processors wait for all reads under way, and so makes rows that
// are asked for once much dearer.
func (t *Table) remember(key string, hash uint64, found place) {
	if rand.Uint32()%rememberedOf != 0 {
		return
	}
	at := hash & uint64(len(t.made)-1)
	hint, part := t.hints[at].Load(), hash>>32
	if hint&math.MaxUint32 != part {
		t.hints[at].Store(hint&^math.MaxUint32 | part)
		return
	}
	t.made[at].Store(&madeRow{row: t.make(found), hash: hash, key: strings.Clone(key)})
	t.hints[at].Store(part<<32 | part)
}

// findAnew looks up a key that is not kept.
func (t *Table) findAnew(key string, hash uint64) place {
	if t.match == spec.Exact {
		_, found := t.texts.find(&t.rows, t.timed, key, hash)
		return found
	}
	return t.find(value.String(key), time.Time{})
}

// rememberedOf is of how many calls one is looked at.
const rememberedOf = 8

// Rows that are not always valid begin with the place of the next row that may hold in
// their place, and how many of these there are, and with two times.
const timesSize = 24

const chainBits = 16

func chainOf(row []byte) (next place, length int) {
	word := binary.LittleEndian.Uint64(row)
	return place(word &^ (1<<chainBits - 1) >> chainBits), int(word & (1<<chainBits - 1))
}

func setChain(row []byte, next place, length int) {
	binary.LittleEndian.PutUint64(row, uint64(next)<<chainBits|uint64(length))
}

// timesOf returns from when on and until when a row holds.
func timesOf(row []byte) (from, until int64) {
	return int64(binary.LittleEndian.Uint64(row[8:])), int64(binary.LittleEndian.Uint64(row[16:]))
}

// valid returns the first row of a chain that holds at a time, 0 if none does.
func (t *Table) valid(row place, at time.Time) place {
	if !t.timed {
		return row
	}
	now := at.UnixMilli()
	for row != 0 {
		begin := t.rows.at(row)
		if from, until := timesOf(begin); from <= now && now < until {
			return row
		}
		row, _ = chainOf(begin)
	}
	return 0
}

// find returns the row of a key at a time, 0 if there is none.
func (t *Table) find(key value.Value, at time.Time) place {
	if t.match == spec.Range && t.numbers {
		p, ok := numberOf(key)
		if !ok {
			return 0
		}
		return t.valid(findIn(&t.numeric, p, 0), at)
	}
	var text string
	if key.Kind() == value.KindString {
		text = key.Str()
	} else if text = textOfKey(key); text == "" {
		return 0
	}
	if len(text) > maxKey {
		return 0
	}
	switch t.match {
	case spec.NoCase:
		return t.valid(t.findText(value.Fold(text)), at)
	case spec.Suffix:
		return t.findSuffix(text, at)
	case spec.CIDR, spec.Range:
		a, ok := subnet.ParseAddress(text)
		if !ok {
			return 0
		}
		if bits, is4 := a.IPv4(); is4 {
			return t.valid(findIn(&t.ipv4, ipv4(bits), bits>>16), at)
		}
		return t.valid(findIPv6(&t.ipv6, pointOf(a)), at)
	}
	return t.valid(t.findText(text), at)
}

// maxKey bounds the bytes of keys.
const maxKey = 64 << 10

func (t *Table) findText(key string) place {
	_, row := t.texts.find(&t.rows, t.timed, key, maphash.String(t.texts.seed, key))
	return row
}

// findSuffix looks the domain up, and then each one that it is below.
func (t *Table) findSuffix(text string, at time.Time) place {
	if len(text) > maxDomain {
		return 0
	}
	domain := domainOf(text)
	for {
		if row := t.valid(t.findText(domain), at); row != 0 {
			return row
		}
		dot := strings.IndexByte(domain, '.')
		if dot < 0 {
			return 0
		}
		domain = domain[dot+1:]
	}
}

// textOfKey returns the text of a key that is no string: numbers that are equal have the
// same. It is empty for what can be no key, such as a list.
func textOfKey(key value.Value) string {
	if key.IsContainer() {
		return ""
	}
	if key.Kind() == value.KindDouble || key.Kind() == value.KindFloat {
		const exact = 1 << 53
		if f := key.Float64(); f == math.Trunc(f) && math.Abs(f) <= exact {
			return strconv.FormatInt(int64(f), 10)
		}
	}
	text, _ := value.ToText(key)
	return text
}

// numberOf returns the place of a number, or of a text that is one, among numbers.
func numberOf(key value.Value) (numeric, bool) {
	f, ok := floatOf(key)
	if !ok {
		return 0, false
	}
	return numericOf(f)
}

// floatOf returns a number, or that which a text is. NaN is none.
func floatOf(v value.Value) (f float64, ok bool) {
	if v.Kind() != value.KindString {
		f, ok = v.Number()
		return f, ok && f == f
	}
	f, err := strconv.ParseFloat(strings.TrimSpace(v.Str()), 64)
	return f, err == nil && f == f
}
