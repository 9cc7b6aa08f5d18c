package control

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// registry is the registry of the controller's instances. What it knows stands in a file
// as well, in the form of maas.FromFile, which other processes follow.
type registry struct {
	memory maas.Memory
	file   string
	shared Shared // nil without one
	tell   func(error)

	mu    sync.Mutex                    // held while something changes, so that the file has the last of it
	stale error                         // why the file has not
	late  map[string]context.CancelFunc // by ID: instances that the shared registry did not take yet
}

// Shared is a registry of many machines, such as one of package maas/zookeeper.
type Shared interface {
	maas.Registry
	maas.Publisher
	maas.Releases
}

// Session is how a registry of many machines is reached.
type Session struct {
	Connected bool
	Age       time.Duration // of what is known of it
}

// Session returns how the shared registry is reached. ok is false if there is none, or it
// does not say.
func (c *Controller) Session() (s Session, ok bool) {
	shared, ok := c.options.Shared.(interface {
		Connected() bool
		Age() time.Duration
	})
	if !ok {
		return Session{}, false
	}
	return Session{shared.Connected(), shared.Age()}, true
}

var (
	_ maas.Registry  = (*registry)(nil)
	_ maas.Publisher = (*registry)(nil)
)

func (r *registry) Snapshot() *maas.Snapshot { return r.memory.Snapshot() }

func (r *registry) Watch(ctx context.Context) iter.Seq[*maas.Snapshot] { return r.memory.Watch(ctx) }

func (r *registry) Close() error { return nil }

// Register makes an instance known to all on the machine.
func (r *registry) Register(ctx context.Context, i maas.Instance) error {
	if err := r.change(func() error { return r.memory.Register(ctx, i) }); err != nil || r.shared == nil {
		return err
	}
	if err := r.shared.Register(ctx, i); err != nil {
		r.registerLater(i, err)
	}
	return nil
}

// registerLater goes on with what the shared registry did not take: the instance answers
// on this machine all the same.
func (r *registry) registerLater(i maas.Instance, why error) {
	ctx, cancel := context.WithCancel(context.Background())
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.late == nil {
		r.late = make(map[string]context.CancelFunc)
	}
	r.late[i.ID] = cancel
	go func() {
		for err := why; err != nil && ctx.Err() == nil; err = r.shared.Register(ctx, i) {
			r.tell(fmt.Errorf("an instance of %s %s is not registered with others: %w", i.Model, i.Version, err))
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
	}()
}

// Deregister makes an instance unknown.
func (r *registry) Deregister(ctx context.Context, model, id string) error {
	if err := r.change(func() error {
		if cancel := r.late[id]; cancel != nil {
			cancel()
			delete(r.late, id)
		}
		return r.memory.Deregister(ctx, model, id)
	}); err != nil || r.shared == nil {
		return err
	}
	if err := r.shared.Deregister(ctx, model, id); err != nil {
		r.tell(fmt.Errorf("an instance of %s is still registered with others: %w", model, err))
	}
	return nil
}

// follow has what the shared registry says of versions known here, until ctx ends.
func (r *registry) follow(ctx context.Context, changed func()) {
	for s := range r.shared.Watch(ctx) {
		var said []release
		for _, of := range s.Releases() {
			said = append(said, release{of, 1})
		}
		if err := r.say(said); err != nil {
			r.tell(err)
		}
		changed()
	}
}

// change changes what is known. That the file cannot be written now is no failure: it is
// written again later.
func (r *registry) change(f func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := f(); err != nil {
		return err
	}
	r.stale = r.write()
	return nil
}

// again writes the file if it could not be written before. It returns why it still
// cannot.
func (r *registry) again() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stale != nil {
		r.stale = r.write()
	}
	return r.stale
}

// write writes the file.
func (r *registry) write() error {
	text, err := r.Snapshot().FileDocument()
	if err == nil {
		err = writeWhole(r.file, text, false)
	}
	if err != nil {
		return fmt.Errorf("others do not see which models run: %w", err)
	}
	return nil
}

// say makes these releases known, in the order in which they stand, and no others.
func (r *registry) say(releases []release) error {
	return r.change(func() error {
		known := make(map[[2]string]maas.Release)
		for _, of := range r.Snapshot().Releases() {
			known[[2]string{of.Model, of.Version}] = of
		}
		for _, of := range releases {
			name := [2]string{of.Model, of.Version}
			same := reflect.DeepEqual(known[name], of.Release)
			delete(known, name)
			if same {
				continue
			}
			if err := r.memory.PutRelease(context.Background(), of.Release); err != nil {
				return err
			}
		}
		for name := range known {
			if err := r.memory.DeleteRelease(context.Background(), name[0], name[1]); err != nil {
				return err
			}
		}
		return nil
	})
}
