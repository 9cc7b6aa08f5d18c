// Package index finds, of the conditions of many rules, those that may be true of a
// message, without evaluating any. It looks each field up once.
//
// What it knows of a condition is its witness: tests of fields of which one must hold.
// The tests of all conditions of one field are done together: by tables of what equals
// it, of networks and of numbers, and by automata for parts and ends of texts. If a field
// has a value for which the witness promises nothing, such as a text where a number is
// compared, the condition is a candidate. So evaluating the candidates alone has the
// same results and errors as evaluating all.
package index

import (
	"unsafe"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/subnet"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/rules/internal/match"
	"github.com/stellarlang/stellar/stellar/value"
)

// Index is over conditions, which are numbered from 0. It does not change and is safe
// for concurrent use.
type Index struct {
	conditions int
	always     []uint64 // a bit for each condition without a witness
	fields     []*field
	lists      [][]int32 // of conditions, each of which has a number
}

// list is the number of a list of conditions. The list 0 is empty.
type list int32

// field is what is known of the witnesses for a subject: a field, or a part of
// conditions.
type field struct {
	subject analysis.Subject

	// all are the conditions about it, which are candidates if it has no value.
	all list
	// charged are the conditions that are charged its memory once if they are no
	// candidates, and uncertain those that may be, which are candidates if there is some.
	charged   counted
	uncertain list

	// unsure are the conditions for which nothing is promised if the field is of a
	// kind; the last is that of long strings.
	unsure [longString + 1]list

	missing, present list
	bools            [2]list
	integers         map[int64]list
	doubles          map[float64]list // those that are no integers of 64 bits
	orders           []thresholds

	exact, folded textTests
	networks      subnet.Table
	inNetworks    []list // by number of the network
	hasTexts      bool   // there are tests of texts

	// converting are the conditions with tests of values that are converted, which
	// are candidates if there are too many values.
	converting list
}

// longString stands beside the kinds.
const longString = value.KindObject + 1

// textTests are tests of a text, or of its fold.
type textTests struct {
	equal                           map[string]list
	parts                           *match.Parts // nil for none
	prefixes, suffixes              *match.Ends
	ofParts, ofPrefixes, ofSuffixes []list // by pattern
	any                             list   // hold for each text
	used                            bool
}

// Source is where an index reads fields.
type Source interface {
	// Field returns the value of number i of Index.Subjects, and of a part the memory
	// that each evaluation of it is charged. ok is false if it has no value.
	Field(i int) (v value.Value, memory int64, ok bool)
}

// Subjects lists what the index reads, each once.
func (x *Index) Subjects() []analysis.Subject {
	subjects := make([]analysis.Subject, len(x.fields))
	for i, f := range x.fields {
		subjects[i] = f.subject
	}
	return subjects
}

// Candidates are the conditions that may be true of a message. The zero Candidates are
// none. Their memory is used again by each Find.
type Candidates struct {
	conditions int
	bits       []uint64
	index      *Index
	seen       []uint32 // by list, the number of the search in which it was added last
	search     uint32
	fold       []byte
	charges    []charge
}

// charge is memory that conditions are charged if they are left out.
type charge struct {
	conditions *counted
	memory     int64
}

// Skipped returns the memory that would have been charged to the conditions from one on
// up to another, none of which is a candidate.
func (c *Candidates) Skipped(from, to int) int64 {
	var memory int64
	for _, ch := range c.charges {
		memory += ch.memory * int64(ch.conditions.between(from, to))
	}
	return memory
}

// Has reports whether a condition is a candidate.
func (c *Candidates) Has(condition int) bool {
	return condition < c.conditions && c.bits[condition/64]&(1<<(condition%64)) != 0
}

// Next returns the first candidate from a condition on, and the number of conditions
// if there is none.
func (c *Candidates) Next(from int) int {
	for word := from / 64; word < len(c.bits); word++ {
		rest := c.bits[word]
		if word == from/64 {
			rest &= ^uint64(0) << (from % 64)
		}
		if rest != 0 {
			return word*64 + trailingZeros(rest)
		}
	}
	return c.conditions
}

// Conditions returns how many conditions there are, candidates or not.
func (c *Candidates) Conditions() int { return c.conditions }

// Count returns how many candidates there are.
func (c *Candidates) Count() int {
	count := 0
	for _, word := range c.bits {
		count += onesCount(word)
	}
	return count
}

// Forget forgets the index, but not the memory.
func (c *Candidates) Forget() {
	c.index = nil
	clear(c.charges)
	c.charges = c.charges[:0]
	if cap(c.fold) > maxKept {
		c.fold = nil
	}
}

const maxKept = 16 << 10

// Find makes c the candidates for the fields of a source.
func (x *Index) Find(c *Candidates, fields Source) {
	c.begin(x)
	for i, f := range x.fields {
		v, memory, ok := fields.Field(i)
		if !ok {
			c.add(f.all)
			continue
		}
		if memory > 0 {
			c.add(f.uncertain)
			if len(f.charged.words) > 0 {
				c.charges = append(c.charges, charge{&f.charged, memory})
			}
		}
		f.find(c, v)
	}
}

func (c *Candidates) begin(x *Index) {
	c.index, c.conditions = x, x.conditions
	c.bits = append(c.bits[:0], x.always...)
	c.charges = c.charges[:0]
	if missing := len(x.lists) - len(c.seen); missing > 0 {
		c.seen = append(c.seen, make([]uint32, missing)...)
	}
	if c.search++; c.search == 0 { // after 2^32 searches
		clear(c.seen)
		c.search = 1
	}
}

// add adds a list of conditions. It reports whether that was done before.
func (c *Candidates) add(l list) (again bool) {
	if l == 0 || c.seen[l] == c.search {
		return true
	}
	c.seen[l] = c.search
	for _, condition := range c.index.lists[l] {
		c.bits[condition/64] |= 1 << (condition % 64)
	}
	return false
}

// find adds the conditions that may be true if the field is v.
func (f *field) find(c *Candidates, v value.Value) {
	kind := v.Kind()
	if kind == value.KindNull {
		c.add(f.unsure[kind])
		c.add(f.missing)
		return
	}
	c.add(f.present)
	if kind == value.KindString {
		text := v.Str()
		if len(text) > fn.TestedText {
			c.add(f.unsure[longString])
			c.add(f.exact.equal[text])
			return
		}
		c.add(f.unsure[kind])
		f.findText(c, text)
		return
	}
	c.add(f.unsure[kind])
	switch kind {
	case value.KindBool:
		if v.Bool() {
			c.add(f.bools[1])
		} else {
			c.add(f.bools[0])
		}
	case value.KindInt, value.KindLong:
		c.add(f.integers[v.Int64()])
		f.findOrders(c, v)
	case value.KindFloat, value.KindDouble:
		if integer, ok := asInteger(v.Float64()); ok {
			c.add(f.integers[integer])
		} else {
			c.add(f.doubles[v.Float64()])
		}
		f.findOrders(c, v)
	}
	if f.converting != 0 {
		f.findConverted(c, v)
	}
}

// asInteger returns a double as an integer of 64 bits, if it is one.
func asInteger(double float64) (integer int64, ok bool) {
	if double >= -1<<63 && double < 1<<63 && double == float64(int64(double)) {
		return int64(double), true
	}
	return 0, false
}

// findText is find for a string that is not long.
func (f *field) findText(c *Candidates, text string) {
	if !f.hasTexts {
		return
	}
	f.exact.find(c, text)
	if f.folded.used {
		c.fold = value.AppendFold(c.fold[:0], text)
		f.folded.find(c, unsafe.String(unsafe.SliceData(c.fold), len(c.fold)))
	}
	if f.networks.Len() > 0 {
		if address, ok := subnet.ParseAddress(text); ok {
			f.networks.Visit(address, func(network int32) { c.add(f.inNetworks[network]) })
		}
	}
}

// findConverted adds the conditions with a test that converts v: a value, or each item
// of a collection.
func (f *field) findConverted(c *Candidates, v value.Value) {
	switch {
	case !v.IsContainer():
		if !f.findItem(c, v) {
			c.add(f.converting)
		}
		return
	case v.Kind() == value.KindMap || v.Len() > fn.TestedItems:
		c.add(f.converting)
		return
	case v.Kind() == value.KindList:
		for item := range v.List().All() {
			if !f.findItem(c, item) {
				c.add(f.converting)
			}
		}
		return
	}
	for item := range v.Set().All() {
		if !f.findItem(c, item) {
			c.add(f.converting)
		}
	}
}

// findItem reports whether the text of an item could be tested.
func (f *field) findItem(c *Candidates, item value.Value) bool {
	switch item.Kind() {
	case value.KindNull:
	case value.KindBool, value.KindInt, value.KindLong, value.KindFloat, value.KindDouble, value.KindString:
		text, _ := value.ToText(item)
		if len(text) > fn.TestedText {
			return false
		}
		f.findText(c, text)
	default:
		return false
	}
	return true
}

func (t *textTests) find(c *Candidates, text string) {
	c.add(t.any)
	if t.equal != nil {
		c.add(t.equal[text])
	}
	if t.parts != nil {
		t.parts.Visit(text, func(pattern int32) bool { return c.add(t.ofParts[pattern]) })
	}
	if t.prefixes != nil {
		t.prefixes.Visit(text, func(pattern int32) { c.add(t.ofPrefixes[pattern]) })
	}
	if t.suffixes != nil {
		t.suffixes.Visit(text, func(pattern int32) { c.add(t.ofSuffixes[pattern]) })
	}
}
