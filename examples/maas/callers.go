package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar/value"
)

// callers ask the model all the time.
type callers struct {
	client *maas.Client
	stop   context.CancelFunc
	group  sync.WaitGroup
	once   sync.Once

	mu       sync.Mutex
	versions map[string]int // of answers since the last figures
	calls    int            // in all
	failed   int
	first    error
	last     int // the process that answered last
}

const (
	manyCallers = 8
	betweenAsks = 5 * time.Millisecond
)

// call begins to ask the model of a registry.
func call(ctx context.Context, registry maas.Registry) *callers {
	ctx, stop := context.WithCancel(ctx)
	c := &callers{client: maas.NewClient(registry, maas.Options{CacheTime: -1}), stop: stop, versions: make(map[string]int)}
	for n := range manyCallers {
		c.group.Go(func() {
			for i := n; ctx.Err() == nil; i += manyCallers {
				c.ask(ctx, fmt.Sprintf("host%d.example", i))
				time.Sleep(betweenAsks)
			}
		})
	}
	return c
}

func (c *callers) ask(ctx context.Context, host string) {
	args := value.NewMap(1)
	args.PutNew(value.String("host"), value.String(host))
	answer, err := c.client.Call(ctx, maas.Request{Model: "dga", Args: args})
	if ctx.Err() != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if err != nil {
		c.failed++
		if c.first == nil {
			c.first = err
		}
		return
	}
	version, _ := answer.Map().Get(value.String("version"))
	process, _ := answer.Map().Get(value.String("process"))
	c.versions[version.String()]++
	c.last, _ = strconv.Atoi(process.String())
}

// forget begins the figures anew.
func (c *callers) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.versions)
}

// figures says, after a time, which versions have answered since the last figures.
func (c *callers) figures(after time.Duration) string {
	time.Sleep(after)
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := 0
	for _, n := range c.versions {
		sum += n
	}
	var parts []string
	for _, version := range slices.Sorted(maps.Keys(c.versions)) {
		parts = append(parts, fmt.Sprintf("%s %.0f %%", version, 100*float64(c.versions[version])/float64(sum)))
	}
	clear(c.versions)
	return fmt.Sprintf("  %d answers: %s; %d calls have failed", sum, strings.Join(parts, ", "), c.failed)
}

// process returns the process that answered last.
func (c *callers) process() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// end ends the calls.
func (c *callers) end() {
	c.once.Do(func() {
		c.stop()
		c.group.Wait()
		_ = c.client.Close()
	})
}

func (c *callers) total() string {
	return fmt.Sprintf("%d calls in all: %d failed.", c.calls, c.failed)
}

// failure returns an error if a call has failed.
func (c *callers) failure() error {
	if c.failed > 0 {
		return errors.Join(fmt.Errorf("%d calls have failed, the first so", c.failed), c.first)
	}
	return nil
}
