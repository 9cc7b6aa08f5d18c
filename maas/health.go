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

// Choose picks the instance to call: one of the version wanted, or with ""
// one of the newest, at random among those that did not fail of late. When all
// did, it is one of these. There may be none.
func (c *Client) Choose(instances []Instance, version string) (Instance, bool) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	var well, ill choice
	newest := version
	for n := range instances {
		i := &instances[n]
		if i.Version != newest {
			if version != "" || n > 0 && c.options.CompareVersions(i.Version, newest) < 0 {
				continue
			}
			if n == 0 || c.options.CompareVersions(i.Version, newest) > 0 {
				newest, well, ill = i.Version, choice{}, choice{}
			}
		}
		if c.health.ejected(i.URL, now) {
			ill.offer(i)
		} else {
			well.offer(i)
		}
	}
	switch {
	case well.instance != nil:
		return *well.instance, true
	case ill.instance != nil:
		return *ill.instance, true
	}
	return Instance{}, false
}

// choice is one of the instances offered, each with the same chance.
type choice struct {
	instance *Instance
	offers   int
}

func (c *choice) offer(i *Instance) {
	c.offers++
	if rand.IntN(c.offers) == 0 {
		c.instance = i
	}
}
