package hyperloglog

import (
	encoding "encoding/binary"

	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// HLLP is the type of sketches in expressions.
var HLLP = &fn.Type{Name: "HLLP", Doc: "a sketch that counts distinct items, which HLLP_INIT makes", Decode: decode}

// Type implements fn.Typed.
func (*Sketch) Type() *fn.Type { return HLLP }

const version = 1

// The forms.
const (
	sparseForm = iota
	denseForm
)

// AppendBinary appends the binary form: the version 1, a byte each for the precision,
// the sparse precision and the form, then
//
//	0, sparse  the number of entries and, in ascending order, by how much each is larger than the one before, as unsigned varints
//	1, dense   the registers, 6 bits each, the lowest first
//
// An entry is, for each sequence of as many first bits of a hash as the sparse
// precision says, these bits times 64 plus a rank. That is 0 if one of the bits beyond
// the precision is set, else 1 more than the number of zeros that follow these bits in
// the hash. Where hashes agree in the bits, it is the largest.
func (s *Sketch) AppendBinary(form []byte) ([]byte, error) {
	form = append(form, version, s.precision, s.sparsePrecision)
	if s.dense != nil {
		return appendRanks(append(form, denseForm), s.dense.ranks), nil
	}
	form = encoding.AppendUvarint(append(form, sparseForm), uint64(s.sparse.used))
	last := entry(0)
	for _, e := range s.sparse.sorted() {
		form = encoding.AppendUvarint(form, uint64(e-last))
		last = e
	}
	return form, nil
}

// appendRanks writes four ranks as three bytes; there are 16 at least.
func appendRanks(form []byte, ranks []uint8) []byte {
	for i := 0; i < len(ranks); i += 4 {
		four := uint32(ranks[i]) | uint32(ranks[i+1])<<6 | uint32(ranks[i+2])<<12 | uint32(ranks[i+3])<<18
		form = append(form, byte(four), byte(four>>8), byte(four>>16))
	}
	return form
}

func decode(data []byte, d fn.Decoding) (any, error) {
	r := binary.NewReader(data, d)
	r.Version(version)
	precision, sparsePrecision, form := r.Byte(), r.Byte(), r.Byte()
	if r.Failed() {
		return nil, r.End()
	}
	if precision < MinPrecision || precision > MaxPrecision ||
		sparsePrecision != 0 && (sparsePrecision < precision || sparsePrecision > maxKeptBits) {
		r.Fail("the precisions %d and %d", precision, sparsePrecision)
		return nil, r.End()
	}
	s := &Sketch{precision: precision, sparsePrecision: sparsePrecision}
	switch {
	case form == denseForm:
		s.readDense(r)
	case form == sparseForm && sparsePrecision != 0:
		s.readSparse(r)
	default:
		r.Fail("the form %d with the sparse precision %d", form, sparsePrecision)
	}
	r.Charge(int64(len(data))/8, s.Weight()*value.WeightSize)
	return s, r.End()
}

func (s *Sketch) readDense(r *binary.Reader) {
	if r.Left() != 3<<s.precision/4 {
		r.Fail("%d bytes of registers for the precision %d", r.Left(), s.precision)
		return
	}
	s.dense = newRegisters(s.precision)
	highest := 64 - s.precision + 1
	for i := 0; i < len(s.dense.ranks); i += 4 {
		four := uint32(r.Byte()) | uint32(r.Byte())<<8 | uint32(r.Byte())<<16
		for j := range 4 {
			rank := uint8(four >> (6 * j) & 63)
			if rank > highest {
				r.Fail("a register of %d", rank)
				return
			}
			s.dense.raise(uint64(i+j), rank)
		}
	}
}

func (s *Sketch) readSparse(r *binary.Reader) {
	n := r.Count(1)
	if !fits(n, maxSlots(s.precision)) {
		r.Fail("%d entries for the precision %d", n, s.precision)
		return
	}
	s.sparse.resize(slotsFor(n))
	last := uint64(0)
	for range n {
		step := r.Uvarint()
		e := last + step
		if r.Failed() || step > 1<<32 || !s.mayKeep(e) || last != 0 && e>>rankBits == last>>rankBits {
			r.Fail("an entry is not as it is written")
			return
		}
		s.sparse.add(entry(e), maxSlots(s.precision))
		last = e
	}
}

// mayKeep reports whether an entry can come of a hash.
func (s *Sketch) mayKeep(e uint64) bool {
	kept, rank := e>>rankBits, uint8(e&mask(rankBits))
	if kept>>s.sparsePrecision != 0 {
		return false
	}
	if kept&mask(s.sparsePrecision-s.precision) != 0 {
		return rank == 0
	}
	return rank > 0 && rank <= 64-s.sparsePrecision+1
}
