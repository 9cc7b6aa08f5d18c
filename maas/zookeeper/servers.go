package zookeeper

import (
	"math/rand/v2"
	"sync"
	"time"
)

// servers hands out the addresses in turn. The library's own provider resolves
// host names once; here each attempt to connect does, so that a server may move,
// and may be unknown when the registry is opened.
//
// Nor does the library's pause serve, which is always a second: the first attempts
// should follow each other faster, as another server may have the session already, and
// later ones, of all clients of an ensemble that was down, should not come at once.
type servers struct {
	session time.Duration // after which a session ends
	closing func() bool

	mu        sync.Mutex
	addresses []string
	next      int
	tried     int // since the round began
	pauses    backoff
	pause     time.Duration // before the next attempt
	patience  time.Duration // of the last attempt
}

func (s *servers) Init(addresses []string) error {
	s.addresses = addresses
	s.pauses.longest = min(maxPause, s.session/4)
	return nil
}

func (s *servers) Len() int { return len(s.addresses) }

// Next returns the next address. A pause of the library is asked for only when the
// registry is closing, since that is where the library sees it.
func (s *servers) Next() (address string, pause bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tried == len(s.addresses) {
		s.tried = 0
		s.pause = s.pauses.next()
	}
	s.tried++
	address = s.addresses[s.next]
	s.next = (s.next + 1) % len(s.addresses)
	return address, s.closing()
}

// attempt returns how long to wait before the address that Next returned is tried, and
// then for its first answer. The library would wait for more than six sessions, and a
// server that is just starting may take a connection and never answer on it; but one that
// has much to do must get its chance, so the patience grows with each attempt.
func (s *servers) attempt() (pause, patience time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pause, s.pause = s.pause, 0
	s.patience = min(max(2*s.patience, s.session/16, minPatience), s.session/2)
	return pause, s.patience
}

// Connected begins a new round, with the others first.
func (s *servers) Connected() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tried = 1
	s.patience = 0
	s.pauses.reset()
}

const (
	minPause = 50 * time.Millisecond
	maxPause = 5 * time.Second
	// minPatience is for the first answer of a server.
	minPatience = 250 * time.Millisecond
)

// backoff makes pauses that double up to the longest, and differ by chance.
type backoff struct {
	longest time.Duration
	last    time.Duration
}

// next returns the next pause: between a half and the whole of what it has grown to.
func (b *backoff) next() time.Duration {
	b.last = min(max(2*b.last, minPause), max(b.longest, minPause))
	return b.last/2 + rand.N(b.last/2)
}

func (b *backoff) reset() { b.last = 0 }
