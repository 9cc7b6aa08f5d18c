package control

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"sync"

	"github.com/stellarlang/stellar/maas"
)

// registry is the registry of the controller's instances. What it knows stands in a file
// as well, in the form of maas.FromFile, which other processes follow.
type registry struct {
	memory maas.Memory
	file   string

	mu    sync.Mutex // held while something changes, so that the file has the last of it
	stale error      // why the file has not
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
	return r.change(func() error { return r.memory.Register(ctx, i) })
}

// Deregister makes an instance unknown.
func (r *registry) Deregister(ctx context.Context, model, id string) error {
	return r.change(func() error { return r.memory.Deregister(ctx, model, id) })
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

// say makes releases known in the order in which they stand.
func (r *registry) say(releases []release) error {
	return r.change(func() error {
		known := make(map[[2]string]maas.Release)
		for _, of := range r.Snapshot().Releases() {
			known[[2]string{of.Model, of.Version}] = of
		}
		for _, of := range releases {
			if reflect.DeepEqual(known[[2]string{of.Model, of.Version}], of.Release) {
				continue
			}
			if err := r.memory.PutRelease(context.Background(), of.Release); err != nil {
				return err
			}
		}
		return nil
	})
}
