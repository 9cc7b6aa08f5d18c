package rules

import (
	"hash/maphash"
	"maps"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
)

// fields are those that messages have, with their kinds, at a place among rules.
type fields struct {
	kinds    stellar.Schema // nil if nothing is known of them; changed by the methods alone
	sum      uint64         // of the hashes of kinds, by which fields are told apart
	isShared bool           // kinds must not be changed any more
}

func newFields(schema stellar.Schema) fields {
	if schema == nil {
		return fields{}
	}
	f := fields{kinds: make(stellar.Schema, len(schema))}
	for name, kinds := range schema {
		f.set(name, kinds)
	}
	return f
}

func (f *fields) areKnown() bool { return f.kinds != nil }

// key returns a number that other fields have by a great accident only.
func (f *fields) key() uint64 {
	if f.kinds == nil {
		return 0
	}
	return f.sum + 1
}

func (f *fields) clone() fields { return fields{kinds: maps.Clone(f.kinds), sum: f.sum} }

// shared returns the kinds as they are now.
func (f *fields) shared() stellar.Schema {
	f.isShared = true
	return f.kinds
}

// unshare makes kinds what can be changed.
func (f *fields) unshare() {
	if f.isShared {
		*f = f.clone()
	}
}

// set replaces the kinds of a field.
func (f *fields) set(name string, kinds fn.Kinds) {
	if f.kinds[name] == kinds && kinds != 0 {
		return
	}
	f.remove(name)
	f.unshare()
	f.kinds[name] = kinds
	f.sum += hashOf(name, kinds)
}

// add adds kinds to those of a field.
func (f *fields) add(name string, kinds fn.Kinds) { f.set(name, f.kinds[name]|kinds) }

func (f *fields) remove(name string) {
	if kinds, ok := f.kinds[name]; ok {
		f.unshare()
		delete(f.kinds, name)
		f.sum -= hashOf(name, kinds)
	}
}

// hashSeed is that of all fields, as those of one check are compared with those of
// another one.
var hashSeed = maphash.MakeSeed()

func hashOf(name string, kinds fn.Kinds) uint64 {
	return maphash.Comparable(hashSeed, struct {
		name  string
		kinds fn.Kinds
	}{name, kinds})
}
