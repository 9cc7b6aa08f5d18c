package hyperloglog

import (
	"math"
	"math/bits"
	"slices"
)

// registers are the dense form. Each holds the largest rank of the hashes that chose
// it, 0 if none did; the rank of a hash is 1 more than the number of zeros that follow
// the bits that choose.
type registers struct {
	ranks []uint8
	// having counts the registers of each rank, so that an estimate does not look at
	// them all.
	having [maxRank + 1]uint32
}

// maxRank is the highest rank of the lowest precision.
const maxRank = 64 - MinPrecision + 1

func newRegisters(precision uint8) *registers {
	r := &registers{ranks: make([]uint8, 1<<precision)}
	r.having[0] = 1 << precision
	return r
}

func (r *registers) clone() *registers {
	c := *r
	c.ranks = slices.Clone(r.ranks)
	return &c
}

func (r *registers) add(hash uint64, precision uint8) {
	r.raise(hash>>(64-precision), rankAfter(hash, precision))
}

// rankAfter returns the rank of a hash of which the first bits choose a register.
func rankAfter(hash uint64, first uint8) uint8 {
	return uint8(bits.LeadingZeros64(hash<<first|1<<(first-1))) + 1
}

// raise makes a register at least rank.
func (r *registers) raise(register uint64, rank uint8) {
	if old := r.ranks[register]; rank > old {
		r.ranks[register] = rank
		r.having[old]--
		r.having[rank]++
	}
}

func (r *registers) merge(other *registers) {
	for i, rank := range other.ranks {
		r.raise(uint64(i), rank)
	}
}

// variance is that of the relative error of an estimate, times the number of registers.
const variance = 1.079

// estimate is the improved raw estimator of O. Ertl, "New cardinality estimation
// algorithms for HyperLogLog sketches" (arXiv:1702.01284), algorithm 6, which is good
// for registers that are nearly empty or nearly full, too. Its constant is that of many
// registers; of few, the one of the original HyperLogLog has less bias.
//
// Of few registers the errors of an estimate without bias are skewed: one in 70 of 16
// registers is more than three standard errors too high. It is made smaller therefore,
// by half a standard error at p = 4 and next to nothing where there are many registers:
// then it is one in 200, and the mean square of the errors is less, too. Registers that
// are empty do not add to the skew.
func (r *registers) estimate(precision uint8) float64 {
	m := float64(len(r.ranks))
	last := 64 - precision
	z := m * tau(1-float64(r.having[last+1])/m)
	for rank := last; rank >= 1; rank-- {
		z = (z + float64(r.having[rank])) / 2
	}
	empty := float64(r.having[0]) / m
	z += m * sigma(empty)
	withoutBias := m / z * m / (2 * math.Ln2) / (1 + variance/m)
	return withoutBias / (1 + 2*variance/m*(1-empty)*(1-empty))
}

// sigma is x + x²·1 + x⁴·2 + x⁸·4 + …
func sigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	sum, weight := x, 1.0
	for {
		x *= x
		before := sum
		sum += x * weight
		weight += weight
		if sum == before {
			return sum
		}
	}
}

// tau is (1 − x − Σ (1 − x^(2^−k))²·2^−k) / 3.
func tau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	sum, weight := 1-x, 1.0
	for {
		x = math.Sqrt(x)
		before := sum
		weight /= 2
		sum -= (1 - x) * (1 - x) * weight
		if sum == before {
			return sum / 3
		}
	}
}
