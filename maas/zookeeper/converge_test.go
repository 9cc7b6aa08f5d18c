package zookeeper_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/maas/zookeeper/zktest"
)

// TestConverges changes, at random, whatever a registry depends on: nodes of all kinds,
// roots, the configuration, own instances, the network. Whenever that rests, the registry
// must soon know what a new one knows, own instances among it.
func TestConverges(t *testing.T) {
	t.Parallel()
	seed, rounds := uint64(1), 3
	if *longFaults {
		seed, rounds = uint64(time.Now().UnixNano()), 30
		t.Logf("seed %d", seed)
	}
	address := zktest.Start(t).Address()
	c := &chaos{t: t, random: rand.New(rand.NewPCG(seed, 0)), conn: dial(t, address), proxy: newProxy(t, address), own: make(map[string]string)}
	put(t, c.conn, chaosChroot, "")
	var e events
	c.registry = open(t, c.proxy.Addr().String()+chaosChroot, zookeeper.Options{SessionTimeout: 600 * time.Millisecond, Observe: e.observe})
	settled := make([]time.Duration, rounds)
	for n := range rounds {
		for range 60 {
			c.step()
			<-time.After(time.Duration(c.random.IntN(10)) * time.Millisecond)
		}
		c.proxy.set(pass)
		c.readable()
		start := time.Now()
		c.settle(open(t, address+chaosChroot, zookeeper.Options{}))
		settled[n] = since(start)
	}
	slices.Sort(settled)
	t.Logf("%d times the registry was right again after %v, %v at most; %d connections were lost and %d sessions ended",
		rounds, settled[rounds/2], settled[rounds-1], e.count(maas.Disconnected), e.count(maas.SessionExpired))
}

const (
	chaosChroot = "/chaos"
	chaosConfig = chaosChroot + "/metron/maas/config"

	malformedConfig = `{`
)

type chaos struct {
	t        *testing.T
	random   *rand.Rand
	conn     *zk.Conn
	proxy    *proxy
	registry *zookeeper.Registry
	own      map[string]string // the versions of own instances by their ids, for certain; empty if there is none
}

// step changes something.
func (c *chaos) step() {
	root := chaosChroot + []string{"/maas", "/moved"}[c.random.IntN(2)]
	model, leaf := fmt.Sprint("/model", c.random.IntN(2)), fmt.Sprint("/", c.random.IntN(4))
	tree := []string{"/service", "/registry"}[c.random.IntN(2)]
	switch kind := c.random.IntN(14); kind {
	case 0, 1, 2, 12, 13:
		if kind >= 12 { // in between, that it is gone may go unnoticed
			deleteTree(c.t, c.conn, root+tree+model+leaf)
		}
		const instance = `{"payload":{"version":"1.0","endpoint":{"url":"http://a"}}}`
		contents := []string{"", "{", instance, strings.Replace(instance, "1.0", "2.0", 1), `{"enabled":false}`}
		if tree == "/registry" {
			contents = []string{"", "{", "{}", `{"stage":"test"}`, `{"weight":-1}`}
		}
		put(c.t, c.conn, root+tree+model+leaf, contents[c.random.IntN(len(contents))])
	case 3, 4:
		deleteTree(c.t, c.conn, root+tree+model+leaf)
	case 5:
		deleteTree(c.t, c.conn, root+tree+model)
	case 6:
		deleteTree(c.t, c.conn, root+tree)
	case 7:
		configs := []string{`{}`, malformedConfig, `{"serviceRoot":"/moved/service"}`, `{"serviceRoot":"/maas/service"}`}
		put(c.t, c.conn, chaosConfig, configs[c.random.IntN(len(configs))])
	case 8:
		deleteTree(c.t, c.conn, chaosConfig)
	case 9:
		c.proxy.set([]mode{pass, cut, hold}[c.random.IntN(3)])
	case 10:
		i := dga(fmt.Sprint(c.random.IntN(3)))
		i.Version = fmt.Sprint(c.random.IntN(100))
		c.certain(i.ID, i.Version, func(ctx context.Context) error { return c.registry.Register(ctx, i) })
	case 11:
		id := fmt.Sprint(c.random.IntN(3))
		c.certain(id, "", func(ctx context.Context) error { return c.registry.Deregister(ctx, "dga", id) })
	}
}

// readable mends a configuration that is malformed: with one, a registry keeps the root
// that it knows, which one that begins then cannot know.
func (c *chaos) readable() {
	data, _, err := c.conn.Get(chaosConfig)
	if err == nil && string(data) == malformedConfig {
		put(c.t, c.conn, chaosConfig, `{}`)
	}
}

// certain writes an own instance. What comes of it is uncertain if that takes too long.
func (c *chaos) certain(id, version string, write func(context.Context) error) {
	ctx, cancel := context.WithTimeout(c.t.Context(), 100*time.Millisecond)
	defer cancel()
	delete(c.own, id)
	if err := write(ctx); err == nil {
		c.own[id] = version
	} else {
		require.ErrorIs(c.t, err, context.DeadlineExceeded)
	}
}

// settle waits until the registry knows what another one knows, and the own instances.
func (c *chaos) settle(other *zookeeper.Registry) {
	var ours, theirs string
	if !waitUntil(func() bool {
		ours, theirs = described(c.registry), described(other)
		return c.registry.Age() == 0 && other.Age() == 0 && ours == theirs && c.ownAsCertain()
	}) {
		require.Equal(c.t, theirs, ours)
		require.Fail(c.t, "wrong own instances, or not confirmed", "%v of %s, %v", c.own, ours, c.registry.Age())
	}
}

func (c *chaos) ownAsCertain() bool {
	known := make(map[string]string)
	for _, i := range c.registry.Snapshot().Instances("dga") {
		known[i.ID] = i.Version
	}
	for id, version := range c.own {
		if known[id] != version {
			return false
		}
	}
	return true
}

// described lists all instances and releases.
func described(r *zookeeper.Registry) string {
	lines := make(map[string]bool)
	for model := range r.Snapshot().Models() {
		for _, i := range r.Snapshot().Instances(model) {
			lines[fmt.Sprintf("%+v", i)] = true
		}
	}
	for _, release := range r.Snapshot().Releases() {
		lines[fmt.Sprintf("%s %s %s", release.Model, release.Version, release.Stage)] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(lines)), "\n")
}
