package reservoir

import (
	encoding "encoding/binary"
	"math"
	"slices"

	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Sample is the type of samplers in expressions.
var Sample = &fn.Type{Name: "SAMPLE", Doc: "a random sample of items, which SAMPLE_INIT makes", Decode: decode}

// Type implements fn.Typed.
func (*Sampler) Type() *fn.Type { return Sample }

const version = 1

// AppendBinary appends the binary form: the version 1, as unsigned varints the size of
// the sample, the number of items that were seen and the 48 bits of the generator, then
// the number of items in the sample and these, as package binary writes them.
func (s *Sampler) AppendBinary(form []byte) ([]byte, error) {
	form = encoding.AppendUvarint(append(form, version), uint64(s.size))
	form = encoding.AppendUvarint(form, uint64(s.seen))
	form = encoding.AppendUvarint(form, uint64(s.random))
	form = encoding.AppendUvarint(form, uint64(len(s.items)))
	form = slices.Grow(form, leastBytes*len(s.items))
	for _, item := range s.items {
		var err error
		if form, err = binary.AppendPart(form, item); err != nil {
			return nil, err
		}
	}
	return form, nil
}

// leastBytes is the room for an item that is made beforehand.
const leastBytes = 6

func decode(data []byte, d fn.Decoding) (any, error) {
	r := binary.NewReader(data, d)
	r.Version(version)
	size, seen, state := r.Uvarint(), r.Uvarint(), r.Uvarint()
	n := r.Count(1)
	switch {
	case r.Failed():
	case size == 0 || size > math.MaxInt32:
		r.Fail("a sample of %d items", size)
	case seen > maxSeen || uint64(n) > min(size, seen):
		r.Fail("a sample of %d items, of which %d are kept and %d were seen", size, n, seen)
	case state > stateMask:
		r.Fail("a generator of more than 48 bits")
	}
	if r.Failed() {
		return nil, r.End()
	}
	s := &Sampler{size: int(size), seen: int64(seen), random: random(state), items: make([]value.Value, 0, n)}
	for range n {
		item := r.Value()
		if s.depth = max(s.depth, Depth(item)); s.depth > MaxDepth {
			r.Fail("%v", ErrDepth)
		}
		if r.Failed() {
			return nil, r.End()
		}
		s.items = append(s.items, item.Freeze())
		s.weight += item.Weight()
	}
	return s, r.End()
}
