package fleet_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-zookeeper/zk"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/stellar/rules/fleet"
)

const (
	patience = 30 * time.Second
	tick     = 5 * time.Millisecond
)

// connect returns a client with a session of its own.
func connect(t *testing.T, address string) *zookeeper.Client {
	registry, err := zookeeper.Open(t.Context(), zookeeper.Options{
		Servers: []string{address}, NoInstances: true, SessionTimeout: time.Second, StartTimeout: time.Second,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, registry.Close()) })
	return registry.Client()
}

func filesOf(text string) fleet.Files { return fleet.Files{"rules/a.stellar": []byte(text)} }

// push makes a set of one file the current version, and returns its version.
func push(t *testing.T, set *fleet.Set, text string) string {
	t.Helper()
	before, err := set.Current(t.Context())
	require.NoError(t, err)
	current, err := set.Push(t.Context(), before, filesOf(text), fleet.Release{By: "jo", At: time.Now()})
	require.NoError(t, err)
	return current.Version
}

// worker follows rules, and refuses those that say that they are bad. It tries those that say
// that they are slow for as long as it may.
type worker struct {
	*fleet.Follower
	mu    sync.Mutex
	texts []string // of the versions that were used
	mild  bool     // bad rules are used too
	slow  string   // the text of slow rules that are being tried, or were
	told  []string
}

func (w *worker) use(ctx context.Context, c fleet.Candidate) error {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(c.Files)) {
		text += string(c.Files[name])
	}
	if strings.Contains(text, "slow") {
		w.mu.Lock()
		w.slow = text
		w.mu.Unlock()
		<-ctx.Done()
		return ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(text, "bad") && !w.mild {
		return &fleet.Refusal{Class: fleet.FailedTests, Err: errors.New("1 test fails")}
	}
	w.texts = append(w.texts, text)
	return nil
}

func (w *worker) tell(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, text)
}

// uses reports whether the worker uses a text.
func (w *worker) uses(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.texts) > 0 && w.texts[len(w.texts)-1] == text
}

// tries reports whether the worker has begun to try slow rules.
func (w *worker) tries(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.slow == text
}

// times counts what was told that contains a text.
func (w *worker) times(text string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, told := range w.told {
		if strings.Contains(told, text) {
			n++
		}
	}
	return n
}

// newWorker returns a worker that is yet to be started.
func newWorker(t *testing.T, client *zookeeper.Client, o fleet.Options) *worker {
	w := &worker{}
	o.Client, o.Use, o.Tell = client, w.use, w.tell
	w.Follower = fleet.NewFollower(o)
	t.Cleanup(w.Close)
	return w
}

// follow starts a worker.
func follow(t *testing.T, client *zookeeper.Client, o fleet.Options) (*worker, error) {
	w := newWorker(t, client, o)
	if err := w.Start(t.Context()); err != nil {
		return w, err
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx)
	}()
	t.Cleanup(func() {
		end()
		<-ended
	})
	return w, nil
}

// await waits until a worker uses a text.
func await(t *testing.T, w *worker, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return w.uses(text) }, patience, tick, text)
}

func at(t *testing.T, address string) fleet.Address {
	a, err := fleet.ParseAddress(address)
	require.NoError(t, err)
	return a
}

// put writes a node and the ones above it.
func put(t *testing.T, client *zookeeper.Client, path, data string) {
	t.Helper()
	err := client.Create(t.Context(), path, []byte(data), false)
	if errors.Is(err, zk.ErrNodeExists) {
		err = client.Set(t.Context(), path, []byte(data), -1)
	}
	require.NoError(t, err)
}

// deleteTree deletes a node and all below it.
func deleteTree(t *testing.T, client *zookeeper.Client, path string) {
	names, err := client.Children(t.Context(), path)
	if errors.Is(err, zk.ErrNoNode) {
		return
	}
	require.NoError(t, err)
	for _, name := range names {
		deleteTree(t, client, path+"/"+name)
	}
	require.NoError(t, client.Delete(t.Context(), path))
}

// forgetWorkers deletes the nodes of workers, which may write them again meanwhile.
func forgetWorkers(t *testing.T, client *zookeeper.Client) {
	const status = "/stellar/rules/site/status"
	names, err := client.Children(t.Context(), status)
	require.NoError(t, err)
	for _, name := range names {
		require.NoError(t, client.Delete(t.Context(), status+"/"+name))
	}
}
