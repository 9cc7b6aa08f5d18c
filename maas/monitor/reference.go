package monitor

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// Reference is what answers of a version were like when they were accepted. It can be kept
// as JSON.
type Reference struct {
	Model   string  `json:"model"`
	Version string  `json:"version"`
	Inputs  []Field `json:"inputs,omitempty"`
	Outputs []Field `json:"outputs,omitempty"`
}

// Field is the reference of an input or output. Inputs have no kind and no counts.
type Field struct {
	Name  string `json:"name"`
	Seen  uint64 `json:"seen"`  // values, with nulls
	Nulls uint64 `json:"nulls"` // those that were null
	// Missing is how many answers did not have an output that others had, and Other how
	// many had it with a value of another kind.
	Missing uint64 `json:"missing,omitzero"`
	Other   uint64 `json:"other,omitzero"`
	// Accepted says that it is a sample of an acceptance, and not the first answers. A
	// promotion leaves it as it is.
	Accepted bool `json:"accepted,omitzero"`
	// Begun is the Unix time of the first value. Usual is how far values moved in the day
	// from then on; nil as long as that is not over, and if the reference was accepted.
	Begun int64  `json:"begun,omitzero"`
	Usual *Usual `json:"usual,omitempty"`

	Kind Kind `json:"kind,omitempty"`
	// Edges are the upper edges of all bins of numbers but the last, which holds what is
	// above all of them. A bin holds its upper edge.
	Edges []float64 `json:"edges,omitempty"`
	// Categories are the texts that have a bin; the last bin holds all others.
	Categories []string `json:"categories,omitempty"`
	// Counts are those of the bins.
	Counts []uint64 `json:"counts,omitempty"`
}

const (
	quantiles     = 20     // into which numbers of a reference are divided
	maxCategories = 15     // bins of texts, beside that of all others
	maxReference  = 10_000 // values of a sample
)

// ErrReference is wrapped by the errors of references that are malformed.
var ErrReference = errors.New("malformed reference")

// NumberField returns the reference of numbers, such as the scores that a model gave in
// its acceptance. It fails with ErrReference if there are fewer than 500, or if one is NaN.
func NumberField(name string, numbers []float64) (Field, error) {
	sample := make([]sampled, len(numbers))
	for n, number := range numbers {
		if math.IsNaN(number) {
			return Field{}, fmt.Errorf("%w: the value %d is no number", ErrReference, n)
		}
		sample[n].number = number
	}
	return newField(name, Number, sample)
}

// TextField returns the reference of texts. It fails with ErrReference if there are fewer
// than 500.
func TextField(name string, texts []string) (Field, error) {
	sample := make([]sampled, len(texts))
	for n, text := range texts {
		if len(text) <= maxText {
			sample[n].text = text
		}
	}
	return newField(name, Text, sample)
}

func newField(name string, kind Kind, sample []sampled) (Field, error) {
	if len(sample) < minValues {
		return Field{}, fmt.Errorf("%w: there are %d values, at least %d are needed", ErrReference, len(sample), minValues)
	}
	f := Field{Name: name, Seen: uint64(len(sample)), Accepted: true}
	f.fill(kind, sample)
	return f, f.check()
}

// fill chooses the bins for a sample, and counts it.
func (r *Field) fill(kind Kind, sample []sampled) {
	r.Kind = kind
	if kind == Number {
		r.Edges = edgesOf(sample)
		r.Counts = make([]uint64, len(r.Edges)+1)
	} else {
		r.Categories = categoriesOf(sample)
		r.Counts = make([]uint64, len(r.Categories)+1)
	}
	for _, s := range sample {
		r.Counts[r.bin(s.number, s.text)]++
	}
}

// edgesOf returns the quantiles of numbers. Where numbers repeat so often that some are
// equal, what is below and above all numbers gets bins of its own, so that it shows when
// few different numbers become others.
func edgesOf(sample []sampled) []float64 {
	sorted := make([]float64, len(sample))
	for n, s := range sample {
		sorted[n] = s.number
	}
	slices.Sort(sorted)
	var edges []float64
	for n := 1; n < quantiles; n++ {
		edges = append(edges, sorted[n*len(sorted)/quantiles])
	}
	lowest, highest := sorted[0], sorted[len(sorted)-1]
	if distinct := slices.Compact(slices.Clone(edges)); len(distinct) < len(edges) {
		edges = slices.Compact(append(distinct, highest))
		if edges[0] > lowest {
			edges = append([]float64{lowest}, edges...)
		}
		edges = append([]float64{math.Nextafter(edges[0], math.Inf(-1))}, edges...)
	}
	return slices.DeleteFunc(edges, func(e float64) bool { return math.IsInf(e, 0) })
}

// categoriesOf returns the frequent texts, the most frequent first. Rare ones are not
// shown: they may be what a model has read.
func categoriesOf(sample []sampled) []string {
	counts := make(map[string]int)
	for _, s := range sample {
		if s.text != "" {
			counts[s.text]++
		}
	}
	least := max(5, len(sample)/200)
	var texts []string
	for text, n := range counts {
		if n >= least {
			texts = append(texts, text)
		}
	}
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	return texts[:min(len(texts), maxCategories)]
}

// maxCount bounds counts of references, so that they are exact as doubles.
const maxCount = 1 << 53

// Check reports what is wrong with a reference.
func (r Reference) Check() error {
	if r.Model == "" || r.Version == "" || len(r.Model) > maxName || len(r.Version) > maxName {
		return fmt.Errorf("%w: model and version must have 1 to %d bytes", ErrReference, maxName)
	}
	if len(r.Inputs) > maxInputs || len(r.Outputs) > maxOutputs {
		return fmt.Errorf("%w: %d inputs and %d outputs are the most", ErrReference, maxInputs, maxOutputs)
	}
	for _, fields := range [][]Field{r.Inputs, r.Outputs} {
		seen := make(map[string]bool)
		for _, f := range fields {
			if seen[f.Name] {
				return fmt.Errorf("%w: a name is there twice", ErrReference)
			}
			seen[f.Name] = true
			if err := f.check(); err != nil {
				return err
			}
		}
	}
	for _, f := range r.Inputs {
		if f.Kind != "" {
			return fmt.Errorf("%w: inputs have no distribution", ErrReference)
		}
	}
	return nil
}

func (r *Field) check() error {
	bins := 0
	switch r.Kind {
	case Number:
		bins = len(r.Edges) + 1
	case Text:
		bins = len(r.Categories) + 1
	case "":
	default:
		return fmt.Errorf("%w: a kind is neither number nor text", ErrReference)
	}
	wrong := ""
	switch {
	case r.Name == "" || len(r.Name) > maxName:
		wrong = fmt.Sprintf("a name must have 1 to %d bytes", maxName)
	case r.Nulls > r.Seen || r.Seen > maxCount || max(r.Missing, r.Other) > maxCount:
		wrong = "more nulls than values, or more than can be counted"
	case len(r.Counts) != bins || bins > maxBins:
		wrong = fmt.Sprintf("there must be a count for each bin, and at most %d", maxBins)
	case r.Kind != Number && len(r.Edges) > 0, r.Kind != Text && len(r.Categories) > 0:
		wrong = "edges are for numbers, categories for texts"
	}
	for n, e := range r.Edges {
		if math.IsNaN(e) || math.IsInf(e, 0) || n > 0 && e <= r.Edges[n-1] {
			wrong = "edges must be finite and rise"
		}
	}
	for n, c := range r.Categories {
		if c == "" || len(c) > maxText || slices.Contains(r.Categories[:n], c) {
			wrong = fmt.Sprintf("categories must be different, of 1 to %d bytes", maxText)
		}
	}
	if u := r.Usual; u != nil && !(u.PSI >= 0 && u.PSI <= maxUsual.PSI && u.KS >= 0 && u.KS <= maxUsual.KS && u.JS >= 0 && u.JS <= maxUsual.JS) {
		wrong = "what was usual is negative or too large"
	}
	for _, c := range r.Counts {
		if c > maxCount {
			wrong = "a count is too large"
		}
	}
	if wrong != "" {
		return fmt.Errorf("%w: %s", ErrReference, wrong)
	}
	return nil
}

// sameBins reports whether counts of two references can be added.
func (r *Field) sameBins(other *Field) bool {
	return r.Kind == other.Kind && slices.Equal(r.Edges, other.Edges) && slices.Equal(r.Categories, other.Categories)
}

// Reference returns that of a version, of the inputs and outputs that have one. ok is
// false if none has.
func (m *Monitor) Reference(model, name string) (r Reference, ok bool) {
	v := m.known(model, name)
	if v == nil {
		return Reference{}, false
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.referenceOf()
}

func (v *version) referenceOf() (r Reference, ok bool) {
	r = Reference{Model: v.name.model, Version: v.name.version}
	for _, f := range v.inputs {
		if f.reference != nil {
			r.Inputs = append(r.Inputs, *f.reference)
		}
	}
	for _, f := range v.outputs {
		if f.reference != nil {
			r.Outputs = append(r.Outputs, *f.reference)
		}
	}
	return r, len(r.Inputs)+len(r.Outputs) > 0
}

// SetReference sets the reference of a version, which was accepted before. Values that
// were counted against another one are no longer compared. Errors wrap ErrReference.
func (m *Monitor) SetReference(r Reference) error {
	if err := r.Check(); err != nil {
		return err
	}
	v := m.version(versionName{r.Model, r.Version}, minuteOf(m.options.Now()))
	if v == nil {
		return errRoom
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.seen = max(v.seen, minuteOf(m.options.Now()))
	v.compareWith(r)
	return nil
}

// compareWith sets the reference.
func (v *version) compareWith(r Reference) {
	for _, given := range r.Inputs {
		if f := v.find(&v.inputs, given.Name, maxInputs, inputBytes); f != nil {
			f.reference = &given
		}
	}
	for _, given := range r.Outputs {
		f := v.find(&v.outputs, given.Name, maxOutputs, outputBytes)
		switch {
		case f == nil:
		case given.Kind == "" || f.reference != nil && f.reference.sameBins(&given) && f.distribution.width > 0:
			f.reference = &given
		default:
			f.refer(v, &given)
		}
	}
}

var errRoom = errors.New("there is no room for another version")

// Renew makes the values that come from now on the reference of a version.
func (m *Monitor) Renew(model, name string) { m.renew(model, name, func(*Field) bool { return false }) }

// renew does so but for references that are to stay.
func (m *Monitor) renew(model, name string, stays func(*Field) bool) {
	v := m.known(model, name)
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, fields := range [][]*field{v.inputs, v.outputs} {
		for _, f := range fields {
			if f.reference == nil || !stays(f.reference) {
				f.renew(v)
			}
		}
	}
}

// window is the shortest time before now in which an output has enough values.
func (f *field) window(v *version, now int64) (counts []uint64, last time.Duration) {
	return enough(&v.clock, &f.distribution, now, func(sum []uint64) (total uint64) {
		for _, n := range sum {
			total += n
		}
		return total
	})
}

// enough adds up rows over the shortest time before now in which there is enough to be
// compared, by how much of it a sum has.
func enough(c *clock, r *rows, now int64, much func([]uint64) uint64) (sum []uint64, last time.Duration) {
	for _, last = range []time.Duration{10 * time.Minute, time.Hour, 24 * time.Hour} {
		if sum = spanOf(last, now).sum(c, r); much(sum) >= minValues {
			break
		}
	}
	return sum, last
}
