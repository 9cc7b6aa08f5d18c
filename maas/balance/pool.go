// Package balance knows how the instances of models fare, and picks the one to call
// next.
//
// Of two instances in turn, drawn at random, the one with the shorter queue is taken:
// calls under way times what an answer took of late. One that fails several times in a
// row is ejected: it gets no calls for a while that grows with each ejection, and then
// a single one that nobody waits for, the probe. When a probe is answered, the instance
// returns.
//
// As long as any instance is in turn, half of them are, so that the calls of those that
// fail do not overwhelm the rest; but one that has failed hopelessInRow times in a row
// is out in any case. When all are ejected, no instance is called but by probes.
package balance

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options configure a Pool. A zero field means its default.
type Options struct {
	// Ejection is how long an instance that failed is left alone at first, and
	// LongestEjection at most. 100 ms and 800 ms.
	Ejection, LongestEjection time.Duration

	// Changed is told that an instance is ejected, with the reason, or returns. It is
	// called by the goroutine that noticed and must not wait.
	Changed func(m *Member, ejected bool, reason error)
}

// ejection returns how long an instance is left alone after so many ejections in a row.
func (o Options) ejection(before int) time.Duration {
	if o.Ejection > o.LongestEjection>>before {
		return o.LongestEjection
	}
	return o.Ejection << before
}

// Key names an instance of a version of a model. A server may have several of these at
// one URL, each of which may fail while the others answer.
type Key struct{ Model, Version, URL string }

// Pool knows instances by their keys. It is safe for concurrent use.
type Pool struct {
	options Options
	start   time.Time
	out     atomic.Int64 // members that are ejected

	mu      sync.Mutex
	members map[Key]*Member // guarded by mu
}

// maxEjection bounds ejections, so that what is computed of them fits.
const maxEjection = 1 << 60 // nanoseconds, some 36 years

// NewPool returns a pool that knows of no failure.
func NewPool(o Options) *Pool {
	o.Ejection = min(cmp.Or(max(o.Ejection, 0), 100*time.Millisecond), maxEjection)
	o.LongestEjection = min(max(cmp.Or(max(o.LongestEjection, 0), 800*time.Millisecond), o.Ejection), maxEjection)
	return &Pool{options: o, start: time.Now(), members: make(map[Key]*Member)}
}

// now is the time since the pool was made.
func (p *Pool) now() time.Duration { return time.Since(p.start) }

// maxMembers bounds what is remembered of instances that are gone, as hosts may call
// whatever they like.
const maxMembers = 10_000

// Member returns what is known of an instance.
func (p *Pool) Member(k Key) *Member {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := p.members[k]
	if m == nil {
		if len(p.members) >= maxMembers {
			p.forget()
		}
		m = &Member{Key: k, pool: p}
		p.members[k] = m
	}
	return m
}

// forget makes room by dropping members that are not called: if possible those
// that have no failure to be remembered. Whoever still holds one may go on using it.
func (p *Pool) forget() {
	for _, alsoEjected := range []bool{false, true} {
		for k, m := range p.members {
			if m.underWay.Load() == 0 && (alsoEjected || m.InTurn()) {
				delete(p.members, k)
			}
			if len(p.members) <= maxMembers/2 {
				return
			}
		}
	}
}

// Pick returns the place of the member to call next: one that was not tried before. It
// returns -1 if none of these is in turn.
func (p *Pool) Pick(members, tried []*Member) int {
	switch n := len(members); {
	case n == 0:
		return -1
	case n == 1:
		if members[0].InTurn() && len(tried) == 0 {
			return 0
		}
		return -1
	case len(tried) == 0: // the common case: all are in turn
		first := rand.IntN(n)
		second := (first + 1 + rand.IntN(n-1)) % n
		if members[first].InTurn() && members[second].InTurn() {
			return p.better(members, first, second)
		}
	}
	var buffer [64]int
	fresh := buffer[:0]
	for _, place := range inTurn(members) {
		if !slices.Contains(tried, members[place]) {
			fresh = append(fresh, place)
		}
	}
	switch n := len(fresh); n {
	case 0:
		return -1
	case 1:
		return fresh[0]
	default:
		first := rand.IntN(n)
		second := (first + 1 + rand.IntN(n-1)) % n
		return p.better(members, fresh[first], fresh[second])
	}
}

func (p *Pool) better(members []*Member, a, b int) int {
	if members[b].isBetter(members[a], p.now()) {
		return b
	}
	return a
}

// inTurn returns the places of the members that may be called: those that are not
// ejected and, if these are some but less than half, the least hopeless ones of the
// others.
func inTurn(members []*Member) []int {
	var in, out []int
	for place, m := range members {
		switch {
		case m.InTurn():
			in = append(in, place)
		case !m.hopeless():
			out = append(out, place)
		}
	}
	if missing := (len(members)+1)/2 - len(in); len(in) > 0 && missing > 0 {
		slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(members[a].failures(), members[b].failures()) })
		in = append(in, out[:min(missing, len(out))]...)
	}
	return in
}

// Due returns an ejected member that should be probed now, and takes it that the caller
// does so: the next attempt of that member is the probe. It returns nil if there is
// none.
func (p *Pool) Due(members []*Member) *Member {
	if p.out.Load() == 0 {
		return nil
	}
	now := p.now()
	for _, m := range members {
		if !m.InTurn() && m.due(now) {
			return m
		}
	}
	return nil
}
