package balance

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// An instance that failed is avoided for firstEjection, and for twice as long
// with each failure in a row, up to maxEjection. The first answer ends it.
const (
	firstEjection = 5 * time.Second
	maxEjection   = 10 * time.Minute
)

// Random picks at random among the instances that are not avoided; if all are, among
// all.
type Random struct {
	mu     sync.Mutex
	ailing *simplelru.LRU[string, ailment] // by URL
}

type ailment struct {
	failures int // in a row
	until    time.Time
}

// NewRandom returns a picker that has seen no failure.
func NewRandom() *Random {
	const instances = 10_000 // as hosts may call whatever they like
	ailing, _ := simplelru.NewLRU[string, ailment](instances, nil)
	return &Random{ailing: ailing}
}

// Done takes note of the outcome of a call.
func (r *Random) Done(url string, o Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !o.Failed {
		r.ailing.Remove(url)
		return
	}
	a, _ := r.ailing.Get(url)
	ejection := min(firstEjection<<min(a.failures, 10), maxEjection)
	r.ailing.Add(url, ailment{failures: a.failures + 1, until: o.End.Add(ejection)})
}

// Pick returns the index of one of the URLs.
func (r *Random) Pick(urls []string) int { return r.pick(urls, time.Now()) }

func (r *Random) pick(urls []string, now time.Time) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	well := 0
	if r.ailing.Len() > 0 {
		for _, url := range urls {
			if !r.ejected(url, now) {
				well++
			}
		}
	}
	if well == 0 || well == len(urls) {
		return rand.IntN(len(urls))
	}
	nth := rand.IntN(well)
	for n, url := range urls {
		if r.ejected(url, now) {
			continue
		}
		if nth--; nth < 0 {
			return n
		}
	}
	return 0 // not reached: there are as many as were counted
}

func (r *Random) ejected(url string, now time.Time) bool {
	a, ok := r.ailing.Peek(url)
	return ok && now.Before(a.until)
}
