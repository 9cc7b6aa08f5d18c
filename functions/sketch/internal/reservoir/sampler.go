// Package reservoir takes samples of fixed size from streams of any length, in which
// all items have the same chance: algorithm R of Waterman, as Vitter describes it.
package reservoir

import (
	"fmt"
	"slices"
	"strings"
	"unsafe"

	"github.com/stellarlang/stellar/stellar/value"
)

// DefaultSize is that of a sample unless somebody chooses.
const DefaultSize = 1024

// Sampler holds a sample. It implements value.Accumulator. It may be read by several
// goroutines at once, if none adds to it.
type Sampler struct {
	size   int
	seen   int64 // items that were added
	random random
	items  []value.Value
	weight int64 // of the items
	depth  int   // of all items that there were; see Depth
}

// MaxDepth is how deep an item may be nested, samplers in it included.
const MaxDepth = 100

// ErrDepth says that an item is nested deeper than MaxDepth.
var ErrDepth = fmt.Errorf("an item is nested more than %d deep", MaxDepth)

// New returns a sampler for a sample of so many items, which must be positive. Memory
// is taken as items arrive.
func New(size int) *Sampler { return &Sampler{size: size, random: seeded(0)} }

// Size returns how many items there are at most.
func (s *Sampler) Size() int { return s.size }

// Items returns the sample. The caller must not change it.
func (s *Sampler) Items() []value.Value { return s.items }

// Depth returns how deep a value is nested: containers and samplers count one each.
func Depth(v value.Value) int {
	switch v.Kind() {
	case value.KindList:
		deepest := 0
		for i := range v.Len() {
			deepest = max(deepest, Depth(v.Item(i)))
		}
		return deepest + 1
	case value.KindMap:
		deepest := 0
		for key, item := range v.Map().All() {
			deepest = max(deepest, Depth(key), Depth(item))
		}
		return deepest + 1
	case value.KindSet:
		deepest := 0
		for item := range v.Set().All() {
			deepest = max(deepest, Depth(item))
		}
		return deepest + 1
	case value.KindObject:
		if s, ok := v.Object().(*Sampler); ok {
			return s.depth + 1
		}
	}
	return 0
}

// Add adds an item, which must be frozen, detached and of at most MaxDepth. It keeps a
// copy of a string, which may be a part of a long one.
func (s *Sampler) Add(item value.Value) {
	s.seen = min(s.seen+1, maxSeen)
	i := int64(len(s.items))
	if i < int64(s.size) {
		s.items = append(s.items, value.Null)
	} else if i = s.random.below(s.seen); i < int64(s.size) {
		s.weight -= s.items[i].Weight()
	} else {
		return
	}
	if item.Kind() == value.KindString {
		item = value.String(strings.Clone(item.Str()))
	}
	s.items[i] = item
	s.weight += item.Weight()
	s.depth = max(s.depth, Depth(item))
}

// Grow makes room for so many items more, as far as they are kept.
func (s *Sampler) Grow(items int) {
	s.items = slices.Grow(s.items, min(items, s.size-len(s.items)))
}

// maxSeen is where counting ends, so that sums of two counts can be drawn from.
const maxSeen = 1 << 60

// Merge makes s a sample of both streams, in which each item counts as many times as it
// stands for: a sample of few items out of many that were seen does not get more places
// than its stream has a share in both. If both samples hold their whole streams and
// there is room, the result is the sample of the one followed by the other. If a sample
// is smaller than its share would be, the other one fills up. other does not change.
func (s *Sampler) Merge(other *Sampler) {
	if s.seen == int64(len(s.items)) && other.seen == int64(len(other.items)) && s.seen+other.seen <= int64(s.size) {
		s.items = append(s.items, other.items...)
		s.seen, s.weight, s.depth = s.seen+other.seen, s.weight+other.weight, max(s.depth, other.depth)
		return
	}
	s.random.stir(other.random)
	streams := [2]struct {
		items []value.Value
		stand int64 // items of the stream that those left stand for
	}{{slices.Clone(s.items), s.seen}, {slices.Clone(other.items), other.seen}}
	s.seen = min(s.seen+other.seen, maxSeen)
	room := min(s.size, len(s.items)+len(other.items))
	s.items, s.weight, s.depth = slices.Grow(s.items[:0], room), 0, max(s.depth, other.depth)
	for len(s.items) < s.size && len(streams[0].items)+len(streams[1].items) > 0 {
		from := &streams[0]
		if len(from.items) == 0 || len(streams[1].items) > 0 && s.random.below(from.stand+streams[1].stand) >= from.stand {
			from = &streams[1]
		}
		i, last := int(s.random.below(int64(len(from.items)))), len(from.items)-1
		item := from.items[i]
		from.items[i] = from.items[last]
		from.items = from.items[:last]
		from.stand--
		s.items = append(s.items, item)
		s.weight += item.Weight()
	}
	clear(s.items[len(s.items):cap(s.items)])
}

// Copy implements value.Accumulator.
func (s *Sampler) Copy() value.Accumulator { return s.Clone() }

// Clone returns a sampler of the same content.
func (s *Sampler) Clone() *Sampler {
	c := *s
	c.items = slices.Clone(s.items)
	return &c
}

// Weight implements value.Accumulator.
func (s *Sampler) Weight() int64 { return ownWeight + s.weight }

const ownWeight = int64(unsafe.Sizeof(Sampler{})) / value.WeightSize

// Equal reports whether other is a sampler of the same size and content, which goes on
// like this one.
func (s *Sampler) Equal(other any) bool {
	o, ok := other.(*Sampler)
	return ok && s.size == o.size && s.seen == o.seen && s.random == o.random && slices.EqualFunc(s.items, o.items, value.Same)
}

// String returns the size of the sample, the number of items in it and of those that
// were added: SAMPLE{size=1024, items=3, seen=3}.
func (s *Sampler) String() string {
	return fmt.Sprintf("SAMPLE{size=%d, items=%d, seen=%d}", s.size, len(s.items), s.seen)
}
