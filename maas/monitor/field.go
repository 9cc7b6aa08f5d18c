package monitor

import (
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/stellarlang/stellar/stellar/value"
)

// The columns of a field.
const (
	columnSeen = iota
	columnNull
	columnMissing // an input that is declared and was not given, an output that is known and was not answered
	columnOther   // an input that does not fit, an output of another kind than before
	fieldColumns
)

const (
	maxBins  = 24 // of a distribution
	maxText  = 64 // bytes of a text that can be a bin of its own
	sampling = 32 // bytes of a value that is kept for a reference

	inputBytes        = fieldColumns*rowsBytes + 512
	outputBytes       = inputBytes
	distributionBytes = maxBins*rowsBytes + 2<<10
)

// Kind is the kind of the values that are distributed.
type Kind string

const (
	Number Kind = "number"
	Text   Kind = "text" // bools too
)

// field is what is kept of an input or output of a version. That of inputs has no
// distribution.
type field struct {
	name   string
	counts rows
	totals [fieldColumns]uint64 // of this process, since the monitor began

	gathered struct{ seen, null, missing, other uint64 } // for the reference

	kind         Kind        // empty until there is a value
	sample       []sampled   // for the reference, while there is none
	reference    *Field      // nil while there is none
	distribution rows        // with a width of 0 while there is no reference
	scores       scoreTotals // of numbers of this process, since the monitor began
}

// sampled is a value that is kept for a reference.
type sampled struct {
	minute int64
	number float64
	text   string
}

func (f *field) count(at place, column int) {
	f.counts.add(at, column, 1)
	f.totals[column]++
	f.gather(column, 1)
}

// gather counts values for the reference.
func (f *field) gather(column int, n uint32) {
	switch column {
	case columnSeen:
		f.gathered.seen += uint64(n)
	case columnNull:
		f.gathered.null += uint64(n)
	case columnMissing:
		f.gathered.missing += uint64(n)
	case columnOther:
		f.gathered.other += uint64(n)
	}
}

// settle makes the shares of nulls so far the reference of an input.
func (f *field) settle(size int) {
	if f.reference == nil && f.gathered.seen >= uint64(size) {
		f.reference = f.rates()
	}
}

// rates returns how many values were seen for the reference, and how many were null.
func (f *field) rates() *Field {
	return &Field{Name: f.name, Seen: f.gathered.seen, Nulls: f.gathered.null, Missing: f.gathered.missing, Other: f.gathered.other}
}

// take counts a value of an output.
func (f *field) take(v *version, at place, now int64, of value.Value) {
	f.count(at, columnSeen)
	kind, number, text := distributed(of)
	switch kind {
	case null:
		f.count(at, columnNull)
		return
	case "":
		f.count(at, columnOther)
		return
	}
	if f.kind == "" {
		f.kind = kind
	}
	if f.kind != kind {
		f.count(at, columnOther)
		return
	}
	if kind == Number {
		f.scores.add(number)
	}
	f.place(v, at, sampled{now, number, text})
}

// null is the kind of values that there are not.
const null Kind = "null"

// distributed returns the kind of a value, null or "" if it has none, and the value. Bools
// are texts.
func distributed(of value.Value) (kind Kind, number float64, text string) {
	switch {
	case of.Kind() == value.KindString:
		return Text, 0, of.Str()
	case of.Kind() == value.KindBool && of.Bool():
		return Text, 0, "true"
	case of.Kind() == value.KindBool:
		return Text, 0, "false"
	case of.IsNull():
		return null, 0, ""
	case !of.IsNumber():
		return "", 0, ""
	}
	number, _ = of.Number()
	if math.IsNaN(number) {
		return null, 0, ""
	}
	return Number, number, ""
}

// place counts a value in its bin, or keeps it for the reference.
func (f *field) place(v *version, at place, s sampled) {
	if f.distribution.width > 0 {
		f.learn(v, s.minute)
		f.distribution.add(at, f.reference.bin(s.number, s.text), 1)
		return
	}
	if f.reference != nil { // for which there is no room
		return
	}
	if f.sample == nil {
		if !v.reserve(int64(v.monitor.options.ReferenceSize) * sampling) {
			return
		}
		f.sample = make([]sampled, 0, v.monitor.options.ReferenceSize)
	}
	if len(s.text) > maxText {
		s.text = "" // the bin of all others
	}
	s.text = strings.Clone(s.text)
	f.sample = append(f.sample, s)
	if len(f.sample) < v.monitor.options.ReferenceSize {
		return
	}
	r := f.rates()
	r.fill(f.kind, f.sample)
	r.Begun = f.sample[0].minute * minuteSpan
	f.forgetSample(v)
	f.refer(v, r)
}

// forgetSample gives the memory of the sample back.
func (f *field) forgetSample(v *version) {
	if f.sample != nil {
		f.sample = nil
		v.bytes -= int64(v.monitor.options.ReferenceSize) * sampling
		v.monitor.bytes.Add(-int64(v.monitor.options.ReferenceSize) * sampling)
	}
}

// refer sets the reference of an output. What was counted in other bins is dropped.
func (f *field) refer(v *version, r *Field) {
	sample := f.sample
	f.forgetSample(v)
	f.kind, f.reference = r.Kind, r
	switch {
	case f.distribution.width > 0:
		clear(f.distribution.minute)
		clear(f.distribution.ten)
	case v.reserve(distributionBytes):
		f.distribution = newRows(maxBins)
	default:
		return
	}
	for _, s := range sample {
		f.place(v, v.at(s.minute), s)
	}
}

// renew begins a new reference.
func (f *field) renew(v *version) {
	f.forgetSample(v)
	f.reference, f.kind = nil, ""
	f.gathered.seen, f.gathered.null, f.gathered.missing, f.gathered.other = 0, 0, 0, 0
	if f.distribution.width > 0 {
		v.bytes -= distributionBytes
		v.monitor.bytes.Add(-distributionBytes)
	}
	f.distribution = rows{}
}

// scoreBounds are the upper bounds of the buckets in which numbers are counted for
// Prometheus, which wants the same ones for all models: those of probabilities.
var scoreBounds = [...]float64{0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1}

// scoreTotals counts numbers since a monitor began.
type scoreTotals struct {
	buckets [len(scoreBounds) + 1]uint64
	count   uint64
	sum     float64
}

func (s *scoreTotals) add(number float64) {
	s.buckets[sort.SearchFloat64s(scoreBounds[:], number)]++
	s.count++
	s.sum += number
}

// bin returns the bin of a value.
func (r *Field) bin(number float64, text string) int {
	if r.Kind == Number {
		return sort.SearchFloat64s(r.Edges, number) // a bin holds its upper edge
	}
	if n := slices.Index(r.Categories, text); n >= 0 {
		return n
	}
	return len(r.Categories)
}
