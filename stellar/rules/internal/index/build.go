package index

import (
	"maps"
	"slices"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/rules/internal/match"
	"github.com/stellarlang/stellar/stellar/value"
)

// Builder makes an Index.
type Builder struct {
	index  Index
	fields map[analysis.Subject]*fieldBuilder
}

// fieldBuilder is a field that is not complete.
type fieldBuilder struct {
	*field
	exact, folded textBuilder
	numbers       map[syntax.Op][]value.Value
	ofNumbers     map[syntax.Op]map[int]list
	places        map[orderKey]int
}

// orderKey identifies a comparison with a number of one value and kind.
type orderKey struct {
	op   syntax.Op
	kind value.Kind
	text string
}

// textBuilder has patterns, each with its list.
type textBuilder struct{ parts, prefixes, suffixes map[string]list }

// Always adds a condition that may be true of every message.
func (b *Builder) Always() {
	b.index.always = setBit(b.index.always, b.index.conditions)
	b.index.conditions++
}

// Add adds a condition with a witness.
func (b *Builder) Add(w analysis.Witness) {
	condition := int32(b.index.conditions)
	b.index.conditions++
	for _, guard := range w.Guards {
		f := b.field(guard.Subject)
		b.put(&f.all, condition)
		for kind := range f.unsure {
			if kind == int(longString) || !guard.Kinds.Has(value.Kind(kind)) {
				b.put(&f.unsure[kind], condition)
			}
		}
	}
	for i := range w.Atoms {
		b.atom(&w.Atoms[i], condition)
	}
	for _, use := range w.Uses {
		f := b.field(use.Subject)
		b.put(&f.all, condition)
		if use.Certain {
			f.charged.words = setBit(f.charged.words, int(condition))
		} else {
			b.put(&f.uncertain, condition)
		}
	}
}

// put adds a condition to a list, which is made if there is none.
func (b *Builder) put(l *list, condition int32) {
	if *l == 0 {
		if len(b.index.lists) == 0 {
			b.index.lists = append(b.index.lists, nil) // list 0
		}
		*l = list(len(b.index.lists))
		b.index.lists = append(b.index.lists, nil)
	}
	conditions := &b.index.lists[*l]
	if n := len(*conditions); n == 0 || (*conditions)[n-1] != condition {
		*conditions = append(*conditions, condition)
	}
}

// putIn is put for an entry of a map, which is made if there is none.
func putIn[K comparable](b *Builder, lists *map[K]list, key K, condition int32) {
	if *lists == nil {
		*lists = map[K]list{}
	}
	l := (*lists)[key]
	b.put(&l, condition)
	(*lists)[key] = l
}

func (b *Builder) field(subject analysis.Subject) *fieldBuilder {
	if f := b.fields[subject]; f != nil {
		return f
	}
	if b.fields == nil {
		b.fields = map[analysis.Subject]*fieldBuilder{}
	}
	f := &fieldBuilder{
		field:   &field{subject: subject},
		numbers: map[syntax.Op][]value.Value{}, ofNumbers: map[syntax.Op]map[int]list{}, places: map[orderKey]int{},
	}
	b.fields[subject] = f
	b.index.fields = append(b.index.fields, f.field)
	return f
}

func (b *Builder) atom(a *analysis.Atom, condition int32) {
	f := b.field(a.Subject)
	switch a.Kind {
	case analysis.Present:
		b.put(&f.present, condition)
	case analysis.Missing:
		b.put(&f.missing, condition)
	case analysis.Same:
		b.same(f, a.Value, condition)
	case analysis.Ordered:
		b.order(f, a.Op, a.Value, condition)
	case analysis.Tested:
		f.hasTexts = true
		if a.Converts {
			b.put(&f.converting, condition)
		}
		b.test(f, &a.Test, condition)
	}
}

func (b *Builder) same(f *fieldBuilder, v value.Value, condition int32) {
	switch v.Kind() {
	case value.KindBool:
		if v.Bool() {
			b.put(&f.bools[1], condition)
		} else {
			b.put(&f.bools[0], condition)
		}
	case value.KindString:
		f.hasTexts = true
		putIn(b, &f.field.exact.equal, v.Str(), condition)
	case value.KindInt, value.KindLong:
		putIn(b, &f.integers, v.Int64(), condition)
	default:
		if integer, ok := asInteger(v.Float64()); ok {
			putIn(b, &f.integers, integer, condition)
		} else {
			putIn(b, &f.doubles, v.Float64(), condition)
		}
	}
}

func (b *Builder) order(f *fieldBuilder, op syntax.Op, v value.Value, condition int32) {
	key := orderKey{op, v.Kind(), v.String()}
	place, known := f.places[key]
	if !known {
		place = len(f.numbers[op])
		f.places[key] = place
		f.numbers[op] = append(f.numbers[op], v)
	}
	lists := f.ofNumbers[op]
	putIn(b, &lists, place, condition)
	f.ofNumbers[op] = lists
}

// maxPattern is how many bytes of a text are searched for: what begins, ends or
// contains more also has so many of them. It bounds the memory of automata.
const maxPattern = 32

func (b *Builder) test(f *fieldBuilder, t *fn.Test, condition int32) {
	if t.Kind == fn.InNetwork {
		number := f.networks.Number(t.Network)
		if int(number) == len(f.inNetworks) {
			f.inNetworks = append(f.inNetworks, 0)
		}
		b.put(&f.inNetworks[number], condition)
		return
	}
	text, tests, patterns := t.Text, &f.field.exact, &f.exact
	if t.Fold {
		text, tests, patterns = value.Fold(text), &f.field.folded, &f.folded
		tests.used = true
	}
	switch {
	case t.Kind == fn.Equals:
		putIn(b, &tests.equal, text, condition)
	case text == "":
		b.put(&tests.any, condition)
	case t.Kind == fn.HasPart:
		putIn(b, &patterns.parts, text[:min(len(text), maxPattern)], condition)
	case t.Kind == fn.HasPrefix:
		putIn(b, &patterns.prefixes, text[:min(len(text), maxPattern)], condition)
	default:
		putIn(b, &patterns.suffixes, text[max(0, len(text)-maxPattern):], condition)
	}
}

// Index returns the index.
func (b *Builder) Index() *Index {
	x := b.index
	for len(x.always)*64 < x.conditions {
		x.always = append(x.always, 0)
	}
	for _, f := range b.fields {
		if len(f.charged.words) > 0 {
			f.charged.countAll()
		}
		f.exact.finish(&f.field.exact)
		f.folded.finish(&f.field.folded)
		for _, op := range []syntax.Op{syntax.Less, syntax.LessOrEqual, syntax.Greater, syntax.GreaterOrEqual} {
			if numbers := f.numbers[op]; len(numbers) > 0 {
				f.orders = append(f.orders, thresholdsOf(op, f.ofNumbers[op], numbers))
			}
		}
	}
	return &x
}

func (p *textBuilder) finish(t *textTests) {
	if patterns := slices.Sorted(maps.Keys(p.parts)); len(patterns) > 0 {
		t.parts, t.ofParts = match.NewParts(patterns), listsOf(p.parts, patterns)
	}
	if patterns := slices.Sorted(maps.Keys(p.prefixes)); len(patterns) > 0 {
		t.prefixes, t.ofPrefixes = match.Prefixes(patterns), listsOf(p.prefixes, patterns)
	}
	if patterns := slices.Sorted(maps.Keys(p.suffixes)); len(patterns) > 0 {
		t.suffixes, t.ofSuffixes = match.Suffixes(patterns), listsOf(p.suffixes, patterns)
	}
}

func listsOf(lists map[string]list, patterns []string) []list {
	of := make([]list, len(patterns))
	for i, p := range patterns {
		of[i] = lists[p]
	}
	return of
}
