package bloom

import (
	encoding "encoding/binary"

	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
)

// Bloom is the type of filters in expressions.
var Bloom = &fn.Type{Name: "BLOOM", Doc: "a Bloom filter, which BLOOM_INIT makes", Decode: decode}

// Type implements fn.Typed.
func (*Filter) Type() *fn.Type { return Bloom }

const (
	version   = 1
	maxProbes = 1 << 11 // more than the smallest rate takes
)

// AppendBinary appends the binary form: the version 1, as unsigned varints the number
// of bits that an item sets and that of the filter's 64-bit words, then the words in
// groups of four. A group is a byte of which bit i is set if half i of the words, the lower
// ones first, is not 0, and these halves, 4 bytes each, the lowest first. Words beyond
// the end are 0.
func (f *Filter) AppendBinary(form []byte) ([]byte, error) {
	form = encoding.AppendUvarint(append(form, version), uint64(f.probes))
	form = encoding.AppendUvarint(form, uint64(len(f.words)))
	for at := 0; at < len(f.words); at += groupWords {
		group := f.words[at:min(at+groupWords, len(f.words))]
		present := len(form)
		form = append(form, 0)
		for i := range 2 * len(group) {
			if half := uint32(group[i/2] >> (i % 2 * 32)); half != 0 {
				form[present] |= 1 << i
				form = encoding.LittleEndian.AppendUint32(form, half)
			}
		}
	}
	return form, nil
}

// groupWords is how many words share a byte, which makes a filter at most 32 times as
// large as its form.
const groupWords = 4

func decode(data []byte, d fn.Decoding) (any, error) {
	r := binary.NewReader(data, d)
	r.Version(version)
	probes, words := r.Uvarint(), r.Uvarint()
	switch {
	case r.Failed():
	case probes == 0 || probes > maxProbes:
		r.Fail("a filter of which an item sets %d bits", probes)
	case words == 0 || words > uint64(r.Left())*groupWords:
		r.Fail("%d words where %d bytes are left", words, r.Left())
	}
	r.Charge(int64(words)/8, int64(words)*8)
	if r.Failed() {
		return nil, r.End()
	}
	f := &Filter{words: make([]uint64, words), probes: int(probes)}
	for at := 0; at < len(f.words) && !r.Failed(); at += groupWords {
		group := f.words[at:min(at+groupWords, len(f.words))]
		present := r.Byte()
		if present>>(2*len(group)) != 0 {
			r.Fail("words beyond the end")
		}
		for i := range 2 * len(group) {
			if present&(1<<i) == 0 {
				continue
			}
			half := uint32(r.Byte()) | uint32(r.Byte())<<8 | uint32(r.Byte())<<16 | uint32(r.Byte())<<24
			if half == 0 {
				r.Fail("a part of a word is not as it is written")
			}
			group[i/2] |= uint64(half) << (i % 2 * 32)
		}
	}
	return f, r.End()
}
