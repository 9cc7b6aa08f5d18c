package maas

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// An instance that failed is avoided for firstEjection, and for twice as long
// with each failure in a row, up to maxEjection. The first answer ends it.
const (
	firstEjection = 5 * time.Second
	maxEjection   = 10 * time.Minute
)

// health remembers the instances that failed last time they were called, by
// URL. Client.mu guards it.
type health struct {
	ailing *simplelru.LRU[string, ailment]
}

type ailment struct {
	failures int // in a row
	until    time.Time
}

func newHealth() *health {
	const instances = 10_000 // as expressions may make up URLs
	ailing, _ := simplelru.NewLRU[string, ailment](instances, nil)
	return &health{ailing: ailing}
}

// note takes the outcome of a call to an instance into account.
func (h *health) note(url string, err error, now time.Time) {
	if !blames(err) {
		h.ailing.Remove(url)
		return
	}
	a, _ := h.ailing.Get(url)
	ejection := min(firstEjection<<min(a.failures, 10), maxEjection)
	h.ailing.Add(url, ailment{failures: a.failures + 1, until: now.Add(ejection)})
}

func (h *health) ejected(url string, now time.Time) bool {
	a, ok := h.ailing.Peek(url)
	return ok && now.Before(a.until)
}

// blames reports whether an error is the instance's fault: it cannot be reached,
// breaks off, takes too long or says itself that it failed. Any other answer
// shows that it lives.
func blames(err error) bool {
	if status, ok := errors.AsType[*StatusError](err); ok {
		return status.Code >= http.StatusInternalServerError
	}
	return err != nil && !errors.Is(err, ErrResponse) && !errors.Is(err, ErrRequest)
}

// Pick returns the instance of a model to call: one of the version wanted, or
// with "" one of the newest, at random among those that did not fail of late. If
// all did, it is one of these. ok is false if there is none.
func (c *Client) Pick(s *Snapshot, model, version string) (i Instance, ok bool) {
	if e := c.pick(s.choice(model, []byte(version))); e != nil {
		return e.Instance, true
	}
	return Instance{}, false
}

// pick returns nil if there is nothing to choose from.
func (c *Client) pick(from *choice) *endpoint {
	if from == nil {
		return nil
	}
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	return from.endpoints[c.health.pick(from.urls, now)]
}

// pick returns the index of one of the URLs.
func (h *health) pick(urls []string, now time.Time) int {
	well := 0
	if h.ailing.Len() > 0 {
		for _, url := range urls {
			if !h.ejected(url, now) {
				well++
			}
		}
	}
	if well == 0 || well == len(urls) {
		return rand.IntN(len(urls))
	}
	nth := rand.IntN(well)
	for n, url := range urls {
		if h.ejected(url, now) {
			continue
		}
		if nth--; nth < 0 {
			return n
		}
	}
	return 0 // not reached: there are as many as were counted
}
