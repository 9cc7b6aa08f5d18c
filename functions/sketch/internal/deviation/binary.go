package deviation

import (
	"github.com/stellarlang/stellar/functions/internal/tdigest"
	"github.com/stellarlang/stellar/stellar/binary"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// OutlierState is the type of states in expressions.
var OutlierState = &fn.Type{
	Name: "OUTLIER_MAD_STATE", Doc: "what OUTLIER_MAD_SCORE judges numbers by, which OUTLIER_MAD_STATE_MERGE makes",
	Decode: decode,
}

// Type implements fn.Typed.
func (*State) Type() *fn.Type { return OutlierState }

const version = 1

// AppendBinary appends the binary form: the version 1, and four digests as package
// tdigest writes them, of the numbers and the deviations of the tick and of the window.
func (s *State) AppendBinary(form []byte) ([]byte, error) {
	form = append(form, version)
	for _, d := range s.digests() {
		form = d.AppendBinary(form)
	}
	return form, nil
}

func (s *State) digests() []*tdigest.Digest {
	return []*tdigest.Digest{&s.tick.numbers, &s.tick.deviations, &s.window.numbers, &s.window.deviations}
}

func decode(data []byte, d fn.Decoding) (any, error) {
	r := binary.NewReader(data, d)
	r.Version(version)
	s := &State{}
	for _, digest := range s.digests() {
		*digest = tdigest.Read(r)
	}
	if err := r.End(); err != nil {
		return nil, err
	}
	s.validate(r)
	r.Charge(int64(len(data))/8, s.Weight()*value.WeightSize)
	return s, r.End()
}

// validate fails if adding and merging cannot make such a state.
func (s *State) validate(r *binary.Reader) {
	if s.tick.numbers.Count() > s.window.numbers.Count() {
		r.Fail("%d numbers in a tick, of which the window has %d", s.tick.numbers.Count(), s.window.numbers.Count())
	}
	for _, part := range []*series{&s.tick, &s.window} {
		if part.deviations.Count() > part.numbers.Count() {
			r.Fail("%d deviations of %d numbers", part.deviations.Count(), part.numbers.Count())
		}
		if part.numbers.Quantile(0) < -largest || part.numbers.Quantile(1) > largest {
			r.Fail("a number is too large")
		}
		if part.deviations.Quantile(0) < 0 || part.deviations.Quantile(1) > 2*largest {
			r.Fail("a deviation is negative or too large")
		}
	}
}
