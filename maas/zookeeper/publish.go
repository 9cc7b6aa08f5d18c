package zookeeper

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas"
)

// writeTime bounds what writes.
const writeTime = 10 * time.Second

// Register makes an instance known to all. One that is not static is gone when
// this registry is closed or its process ends; until then it is registered again
// after a session that ZooKeeper ended, and when somebody deletes it. Without a
// connection, Register waits for one; it takes ten seconds at most.
func (r *Registry) Register(ctx context.Context, i maas.Instance) error {
	i, err := i.Checked()
	if err != nil {
		return fmt.Errorf("zookeeper: register: %w", err)
	}
	data, err := encode(i, time.Now())
	if err != nil {
		return fmt.Errorf("zookeeper: register: %w", err)
	}
	name := i.Model + "/" + i.ID
	var path string
	err = r.write(ctx, "register "+name, func(at roots) error {
		path = at.instances + "/" + name
		// It is an own one before it is written: should the session end right
		// after, it is written once more.
		r.disown(name)
		if !i.Static {
			r.adopt(name, &registration{i, data})
		}
		err := r.put(at.instances, name, data, i.Static)
		if err != nil {
			r.disown(name)
		}
		return err
	})
	if err == nil {
		r.report(maas.Event{Kind: maas.Registered, Model: i.Model, Version: i.Version, Subject: path})
	}
	return err
}

// Deregister makes an instance unknown, whoever registered it. Another registry that
// registered it, and is still open, registers it again unless it is static. Deregister
// takes ten seconds at most.
func (r *Registry) Deregister(ctx context.Context, model, id string) error {
	name := model + "/" + id
	if model == "" || id == "" || strings.Count(name, "/") > 1 {
		return fmt.Errorf("zookeeper: deregister: model %q and id %q must be names without a slash", model, id)
	}
	return r.write(ctx, "deregister "+name, func(at roots) error {
		if own := r.disown(name); own != nil {
			for _, root := range r.rootsWritten() {
				if err := r.deleteOwn(root + "/" + name); err != nil {
					return err
				}
			}
		}
		err := r.nodes.delete(at.instances+"/"+name, -1)
		if errors.Is(err, zk.ErrNoNode) {
			return nil
		}
		return err
	})
}

// write does op, again while the connection is the trouble, until ctx or the
// time ends. The library's calls know no context, so they run aside; there may
// still be one under way when write returns.
func (r *Registry) write(ctx context.Context, what string, op func(at roots) error) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	outcome := make(chan error, 1)
	go func() { outcome <- r.persist(ctx, op) }()
	var err error
	select {
	case err = <-outcome:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("zookeeper: %s: %w", what, err)
	}
	return nil
}

func (r *Registry) persist(ctx context.Context, op func(at roots) error) error {
	if r.options.NoInstances {
		return errNoInstances
	}
	select { // the roots must be known
	case <-r.ready:
	case <-r.ending:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case r.writing <- struct{}{}:
		defer func() { <-r.writing }()
	case <-r.ending:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	return r.insist(ctx, r.ending, func() error { return op(*r.roots.Load()) })
}

// insist does op, again while the connection is the trouble, until ctx ends or end is
// closed.
func (r *Registry) insist(ctx context.Context, end <-chan struct{}, op func() error) error {
	pauses := backoff{longest: time.Second}
	for {
		select {
		case <-end:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
		if r.Connected() { // a request without a connection would wait for one
			if err := op(); !isConnectionError(err) {
				return err
			}
		}
		select {
		case <-end:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pauses.next()):
		}
	}
}

// put creates the node of an instance, in place of what there is: a node of an older
// session would end with that session.
func (r *Registry) put(root, name string, data []byte, static bool) error {
	flags := int32(zk.FlagPersistent)
	if !static {
		flags = zk.FlagEphemeral
		r.noteRoot(root)
	}
	path := root + "/" + name
	err := r.create(path, data, flags)
	for tries := 0; errors.Is(err, zk.ErrNodeExists) && tries < 5; tries++ {
		err = r.nodes.replace(path, data, flags, r.options.ACL)
		if errors.Is(err, zk.ErrNoNode) { // others may delete it in between
			err = r.create(path, data, flags)
		}
	}
	return err
}

// create creates a node, and the ones above it if they are missing.
func (r *Registry) create(path string, data []byte, flags int32) error {
	err := r.nodes.create(path, data, flags, r.options.ACL)
	for tries := 0; errors.Is(err, zk.ErrNoNode) && tries < 5; tries++ { // others may delete one in between
		if err := r.makeParents(path); err != nil {
			return err
		}
		err = r.nodes.create(path, data, flags, r.options.ACL)
	}
	return err
}

// makeParents creates the empty nodes above path.
func (r *Registry) makeParents(path string) error {
	for i := 1; i < len(path); i++ {
		if path[i] != '/' {
			continue
		}
		err := r.nodes.create(path[:i], nil, zk.FlagPersistent, r.options.ACL)
		if err != nil && !errors.Is(err, zk.ErrNodeExists) {
			return fmt.Errorf("%s: %w", path[:i], err)
		}
	}
	return nil
}
