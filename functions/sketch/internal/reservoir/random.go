package reservoir

// random is the generator java.util.Random, so that samples are those of Metron. It is
// the state, of 48 bits.
type random uint64

const (
	stateMask  = 1<<48 - 1
	multiplier = 0x5DEECE66D
)

func seeded(seed uint64) random { return random(seed^multiplier) & stateMask }

// next returns the next 31 bits.
func (r *random) next() int64 {
	*r = (*r*multiplier + 0xB) & stateMask
	return int64(*r >> (48 - 31))
}

// below returns a number from 0 to bound-1, which is that of nextInt while the bound
// is one of Java's ints. bound must be positive.
func (r *random) below(bound int64) int64 {
	const bits = 31
	if bound>>bits != 0 {
		return r.farBelow(bound)
	}
	if bound&(bound-1) == 0 {
		return bound * r.next() >> bits
	}
	for {
		x := r.next()
		// The last, incomplete run of multiples of the bound would favour low results.
		if remainder := x % bound; x-remainder+bound-1 < 1<<bits {
			return remainder
		}
	}
}

// farBelow is below for bounds beyond those of Java.
func (r *random) farBelow(bound int64) int64 {
	const bits = 62
	for {
		x := r.next()<<31 | r.next()
		if remainder := x % bound; x-remainder <= 1<<bits-bound {
			return remainder
		}
	}
}

// stir joins the state of another generator, so that what follows depends on both.
func (r *random) stir(other random) {
	*r = seeded(uint64(*r)*31 + uint64(other))
	r.next()
}
