package models

import (
	"math"
	"net"
	"net/http"
	"sync"
	"time"
)

// attempts bounds how often tokens are tried, from each address and in all, so that none
// can be guessed. Whoever comes with a session is not concerned.
type attempts struct {
	mu  sync.Mutex
	all allowance
	of  map[string]*allowance // by address
}

// allowance is how many attempts are left, which are given back one after the other.
type allowance struct {
	left float64
	at   time.Time
}

const (
	mostAttempts    = 10 // from an address, before one has to wait
	mostAttemptsAll = 100
	attemptEvery    = 2 * time.Second // from an address
	attemptEveryAll = 200 * time.Millisecond
	maxAddresses    = 10_000
)

// refill gives back what the time since has brought.
func (a *allowance) refill(now time.Time, most float64, every time.Duration) {
	if a.at.IsZero() {
		a.left = most
	} else {
		a.left = min(most, a.left+float64(now.Sub(a.at))/float64(every))
	}
	a.at = now
}

// begin takes an attempt. If none is left, it returns how long to wait.
func (a *attempts) begin(r *http.Request) (wait time.Duration) {
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	now := time.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.of == nil {
		a.of = make(map[string]*allowance)
	}
	of := a.of[address]
	if of == nil {
		if len(a.of) >= maxAddresses {
			for other, known := range a.of {
				if known.refill(now, mostAttempts, attemptEvery); known.left == mostAttempts {
					delete(a.of, other)
				}
			}
		}
		of = &allowance{}
		if len(a.of) < maxAddresses {
			a.of[address] = of
		}
	}
	of.refill(now, mostAttempts, attemptEvery)
	a.all.refill(now, mostAttemptsAll, attemptEveryAll)
	if of.left >= 1 && a.all.left >= 1 {
		of.left--
		a.all.left--
		return 0
	}
	missing := max((1-of.left)*float64(attemptEvery), (1-a.all.left)*float64(attemptEveryAll))
	return time.Duration(math.Ceil(missing/float64(time.Second))) * time.Second
}

// succeed gives an attempt back: the token was right.
func (a *attempts) succeed(r *http.Request) {
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	a.mu.Lock()
	defer a.mu.Unlock()
	if of := a.of[address]; of != nil {
		of.left = min(mostAttempts, of.left+1)
	}
	a.all.left = min(mostAttemptsAll, a.all.left+1)
}
