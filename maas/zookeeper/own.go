package zookeeper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas"
)

const (
	// restorePause is the least time between two times that an own instance is written
	// again: somebody may delete it again and again.
	restorePause = time.Second
	// drainTime bounds how long Close tries to deregister own instances.
	drainTime = 2 * time.Second
)

// registration is an own instance: registered here, and not static.
type registration struct {
	instance maas.Instance
	data     []byte // of its node
}

// adopt makes an instance, <model>/<id>, an own one.
func (r *Registry) adopt(name string, own *registration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.own[name] = own
}

// disown is the reverse of adopt. It returns nil if the instance was no own one.
func (r *Registry) disown(name string) *registration {
	r.mu.Lock()
	defer r.mu.Unlock()
	own := r.own[name]
	delete(r.own, name)
	return own
}

func (r *Registry) isOwn(name string, own *registration) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.own[name] == own
}

func (r *Registry) ownNow() map[string]*registration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.own)
}

// noteRoot remembers a root below which own instances are written. They stay there when
// another root is configured, for those who do not follow, until they are deregistered.
func (r *Registry) noteRoot(root string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.written[root] = true
}

func (r *Registry) rootsWritten() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.written))
}

// deleteOwn deletes the node of an own instance, unless somebody else has taken its
// place.
func (r *Registry) deleteOwn(path string) error {
	session, version, err := r.nodes.owner(path)
	if err != nil || session != r.nodes.conn.SessionID() {
		return err
	}
	err = r.nodes.delete(path, version)
	if errors.Is(err, zk.ErrNoNode) || errors.Is(err, zk.ErrBadVersion) {
		return nil
	}
	return err
}

// restore writes own instances that are missing: in a new session, below a new root, or
// because somebody deleted them. One that somebody else has taken the place of is not
// missing; one in the place of which an older registration of ours stands is, as a request
// that was given up with its connection may still come to be carried out. An error means that the connection broke; otherwise restore wants to be
// called again after some time, if that is not zero.
func (t *tree) restore(own map[string]*registration) (again time.Duration, err error) {
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(own)) {
		model, id, _ := strings.Cut(name, "/")
		if data, written := t.written[t.root+"/"+name]; t.instances.knows(model, id) && (!written || data == string(own[name].data)) {
			continue
		}
		if wait := time.Until(t.restorable[name]); wait > 0 {
			again = sooner(again, wait)
			continue
		}
		missing = append(missing, name)
	}
	if len(missing) == 0 {
		return again, nil
	}
	outcomes := make([]error, len(missing))
	select {
	case t.writing <- struct{}{}:
	case <-t.life.Done():
		return 0, nil
	}
	overlap(len(missing), func(n int) { outcomes[n] = t.restoreOne(missing[n], own[missing[n]]) })
	<-t.writing

	// What came of it is reported when others can write again, such as the observer.
	for n, name := range missing {
		path, outcome := t.root+"/"+name, outcomes[n]
		t.restorable[name] = time.Now().Add(restorePause)
		switch {
		case isConnectionError(outcome):
			err = outcome
			delete(t.restorable, name)
		case errors.Is(outcome, zk.ErrNodeExists): // it is there, and will be seen
		case outcome != nil:
			t.refuse(path, fmt.Errorf("not registered again: %w", outcome))
			t.restorable[name] = time.Now().Add(retryRefused)
			again = sooner(again, retryRefused)
		default:
			i := own[name].instance
			t.report(maas.Event{Kind: maas.Registered, Model: i.Model, Version: i.Version, Subject: path})
		}
	}
	return again, err
}

func (t *tree) restoreOne(name string, own *registration) error {
	if !t.isOwn(name, own) {
		return zk.ErrNodeExists // or is not wanted any more
	}
	t.noteRoot(t.root)
	path := t.root + "/" + name
	err := t.create(path, own.data, zk.FlagEphemeral)
	if !errors.Is(err, zk.ErrNodeExists) {
		return err
	}
	session, version, ownerErr := t.nodes.owner(path)
	if ownerErr != nil || session != t.nodes.conn.SessionID() {
		return cmp.Or(ownerErr, err)
	}
	return t.nodes.set(path, own.data, version)
}

// drain deregisters the own instances, and waits for others to notice. The end of the
// session would do the same, unless the connection breaks meanwhile.
func (r *Registry) drain() {
	r.mu.Lock()
	own := r.own
	r.own = make(map[string]*registration)
	r.mu.Unlock()
	if len(own) == 0 {
		return
	}
	names, roots := slices.Sorted(maps.Keys(own)), r.rootsWritten()
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	gone := make(chan bool, 1)
	go func() { // as the library's calls know no context
		gone <- nil == r.insist(ctx, r.life.Done(), func() error {
			outcomes := make([]error, len(names)*len(roots))
			overlap(len(outcomes), func(n int) {
				outcomes[n] = r.deleteOwn(roots[n%len(roots)] + "/" + names[n/len(roots)])
			})
			return errors.Join(outcomes...)
		})
	}()
	select {
	case <-ctx.Done():
	case ok := <-gone:
		if ok {
			time.Sleep(r.options.Drain)
		}
	}
}
