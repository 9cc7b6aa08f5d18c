package zookeeper

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas"
)

const (
	// debounce is how long changes are gathered before they are read.
	debounce = 20 * time.Millisecond
	// retryRefused is the pause after which nodes that the server refused to show or
	// to take are tried again.
	retryRefused = 30 * time.Second
	// overlapping is how many requests are under way at the same time.
	overlapping = 32
)

// run follows ZooKeeper until the registry is closed.
func (r *Registry) run() {
	defer close(r.done)
	t := newTree(r)
	retry := backoff{longest: maxPause}
	var later <-chan time.Time
	for {
		select {
		case <-r.life.Done():
			return
		case <-r.wake:
		case <-later:
		}
		select {
		case <-r.life.Done():
			return
		case <-time.After(debounce):
		}
		if !r.Connected() {
			continue // a session wakes
		}
		later = nil
		again, err := t.update()
		switch {
		case err != nil:
			r.setTrouble(err)
			later = time.After(retry.next())
			continue
		case again > 0:
			later = time.After(again)
		}
		retry.reset()
	}
}

// sooner returns the shorter of two times to wait; 0 stands for none.
func sooner(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// tree mirrors the nodes below the roots. Every node that is read is watched; a
// watch that fires makes its node stale, and reading it sets a new one. All of
// it belongs to Registry.run.
type tree struct {
	*Registry
	told          int64 // the connection over which all that happened before was told
	session       int64 // whose watches are set
	authenticated bool
	root          string
	instances     mirror[maas.Instance]
	releases      mirror[maas.Release]
	stale         map[string]bool      // paths to read
	refused       map[string]refusal   // paths that the server did not give, for other reasons than the connection
	written       map[string]string    // the data of nodes of this session
	dirty         bool                 // the mirrors differ from what is shown
	restorable    map[string]time.Time // from when on an own instance may be written again
}

// refusal is why a node could not be read, and when to try again.
type refusal struct {
	err   error
	until time.Time
}

func newTree(r *Registry) *tree {
	return &tree{
		Registry:  r,
		instances: mirror[maas.Instance]{what: "instance", decode: decode},
		releases:  mirror[maas.Release]{what: "release", decode: decodeRelease},
	}
}

// update reads what is stale and shows the result. An error means that the
// connection broke, or cannot be used; the rest stays stale then. Otherwise update
// wants to be called again after some time, if that is not zero.
func (t *tree) update() (again time.Duration, err error) {
	connection := t.connection.Load()
	due := t.ownNow() // before the events are taken, so that those of its writing are among them
	if err := t.begin(connection); err != nil {
		return 0, err
	}
	for path, refusal := range t.refused {
		if !time.Now().Before(refusal.until) {
			t.stale[path] = true
		}
	}
	t.mu.Lock()
	for path := range t.changed {
		t.stale[path] = true
	}
	clear(t.changed)
	t.mu.Unlock()

	if err := t.readStale(); err != nil {
		return 0, err
	}
	t.show()
	t.confirm(connection)
	again, err = t.restore(due)
	for _, refusal := range t.refused {
		again = sooner(again, max(time.Until(refusal.until), minPause))
	}
	return again, err
}

// begin makes a session ready, in which nothing is watched yet, and a connection.
func (t *tree) begin(connection int64) error {
	if t.mistrusted.Swap(false) {
		t.session = 0
	}
	session := t.nodes.conn.SessionID()
	if session == t.session && connection == t.told {
		return nil
	}
	if t.options.Auth != "" && !t.authenticated { // the library repeats it
		if err := t.nodes.conn.AddAuth("digest", []byte(t.options.Auth)); err != nil {
			return err
		}
		t.authenticated = true
	}
	// What happened without a connection must not pass for confirmed before it is told. The
	// library sets thousands of watches in several parts, the last of which may be late.
	if err := t.nodes.sync(); err != nil {
		return err
	}
	if session != t.session {
		if err := t.checkChroot(); err != nil {
			return err
		}
		t.session = session
		t.stale, t.refused = make(map[string]bool), make(map[string]refusal)
		if !t.options.NoInstances {
			if t.options.Root == "" {
				t.stale[configPath] = true
			}
			t.setRoot(cmp.Or(t.options.Root, t.root))
		}
	}
	t.told = connection
	return nil
}

// checkChroot reports a chroot that does not exist: to make it could hide a slip of the
// pen.
func (t *tree) checkChroot() error {
	if t.nodes.chroot == "" {
		return nil
	}
	exists, err := t.nodes.existsW("/")
	if err == nil && !exists {
		err = fmt.Errorf("the chroot %s does not exist", t.nodes.chroot)
		t.refuse("/", err)
	}
	return err
}

// level orders what is read: what a node says decides what there is to read below.
type level int

const (
	configLevel level = iota
	rootLevel
	modelLevel
	leafLevel
	foreign // of a root that holds no longer, or a model that is gone
)

func (t *tree) level(path string) level {
	switch {
	case path == configPath && t.options.Root == "":
		return configLevel
	case t.instances.holds(path):
		return t.instances.level(path)
	case t.releases.holds(path):
		return t.releases.level(path)
	}
	return foreign
}

// readStale reads until nothing is stale. It fails if the connection broke.
func (t *tree) readStale() error {
	for len(t.stale) > 0 {
		next, paths := foreign, []string(nil)
		for path := range t.stale {
			at := t.level(path)
			if at < next {
				next, paths = at, nil
			}
			if at == next {
				paths = append(paths, path)
			}
		}
		if next == foreign {
			clear(t.stale)
			break
		}
		slices.Sort(paths)
		var broken error
		for n, a := range t.ask(next, paths) {
			if isConnectionError(a.err) {
				broken = a.err
				continue
			}
			delete(t.stale, paths[n])
			delete(t.refused, paths[n])
			if a.err != nil {
				t.refused[paths[n]] = refusal{a.err, time.Now().Add(retryRefused)}
				t.refuse(paths[n], a.err)
				if next == configLevel && t.root == "" {
					t.setRoot(defaultRoot)
				}
				continue
			}
			t.apply(next, paths[n], a)
		}
		if broken != nil {
			return broken
		}
	}
	maps.DeleteFunc(t.refused, func(path string, _ refusal) bool { return t.level(path) == foreign })
	return nil
}

// answer is what a node is.
type answer struct {
	gone  bool     // there is no such node
	names []string // of its children, if it has a level below
	data  []byte   // otherwise
	own   bool     // it belongs to this session
	err   error
}

// ask reads nodes of one level, and watches them.
func (t *tree) ask(at level, paths []string) []answer {
	answers := make([]answer, len(paths))
	overlap(len(paths), func(n int) { answers[n] = t.askOne(at, paths[n]) })
	return answers
}

func (t *tree) askOne(at level, path string) (a answer) {
	if !t.Connected() { // the request would wait for the next connection
		return answer{err: zk.ErrConnectionClosed}
	}
	if at == rootLevel || at == modelLevel {
		a.names, a.err = t.nodes.childrenW(path)
	} else {
		a.data, a.own, a.err = t.nodes.getW(path)
	}
	if !errors.Is(a.err, zk.ErrNoNode) {
		return a
	}
	a.gone, a.err = true, nil
	if at == modelLevel || at == leafLevel {
		return a // if it comes back, the watch above fires
	}
	exists, err := t.nodes.existsW(path)
	if exists && err == nil {
		return t.askOne(at, path) // it was created in between
	}
	a.err = err
	return a
}

// apply brings the tree up to date with one node.
func (t *tree) apply(at level, path string, a answer) {
	if at == configLevel {
		t.applyConfig(a)
		return
	}
	t.dirty = true
	var below []string
	var err error
	if t.instances.holds(path) {
		if at == leafLevel {
			delete(t.written, path)
			if a.own {
				t.written[path] = string(a.data)
			}
		}
		below, err = t.instances.apply(at, path, a)
	} else {
		below, err = t.releases.apply(at, path, a)
	}
	for _, path := range below {
		t.stale[path] = true
	}
	if err != nil {
		t.refuse(path, err)
	}
}

// show makes a snapshot of the tree, for readers of the registry, unless that shows it
// already.
func (t *tree) show() {
	if t.dirty {
		next, err := maas.NewSnapshot(t.instances.all(), t.releases.all(), t.options.CompareVersions)
		if err != nil { // not of what was decoded
			t.refuse(t.root, err)
			return
		}
		t.dirty = false
		t.roots.Store(&roots{instances: t.root, releases: t.releases.root})
		t.known.Replace(t.known.Latest(), next) // nobody else does
		t.report(maas.Event{Kind: maas.Changed, Subject: t.root})
	}
	t.setTrouble(t.hidden())
	select {
	case <-t.ready:
	default:
		close(t.ready)
	}
}

// hidden returns why whole models are missing, nil if none is.
func (t *tree) hidden() error {
	for _, path := range slices.Sorted(maps.Keys(t.refused)) {
		if t.level(path) != leafLevel {
			return fmt.Errorf("%s: %w", path, t.refused[path].err)
		}
	}
	return nil
}

// overlap calls do for each number below n, some at the same time.
func overlap(n int, do func(n int)) {
	var working sync.WaitGroup
	defer working.Wait()
	slots := make(chan struct{}, overlapping)
	for i := range n {
		slots <- struct{}{}
		working.Go(func() {
			defer func() { <-slots }()
			do(i)
		})
	}
}
