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

const (
	// writeTime bounds Register and Deregister.
	writeTime = 10 * time.Second
	// writeRetry is the pause between attempts without a connection.
	writeRetry = 100 * time.Millisecond
)

// Register makes an instance known to all. One that is not static is gone when
// this registry is closed or its process ends; after a session that ZooKeeper
// ended it is registered again. Without a connection, Register waits for one;
// it takes ten seconds at most.
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
	return r.write(ctx, "register "+name, func(root string) error {
		// It is an own one before it is written: should the session end right
		// after, it is written once more.
		delete(r.own, name)
		if !i.Static {
			r.own[name] = data
		}
		err := r.put(root+"/"+name, data, i.Static)
		if err != nil {
			delete(r.own, name)
		}
		return err
	})
}

// Deregister makes an instance unknown, whoever registered it. It takes ten
// seconds at most.
func (r *Registry) Deregister(ctx context.Context, model, id string) error {
	name := model + "/" + id
	if model == "" || id == "" || strings.Count(name, "/") > 1 {
		return fmt.Errorf("zookeeper: deregister: model %q and id %q must be names without a slash", model, id)
	}
	return r.write(ctx, "deregister "+name, func(root string) error {
		delete(r.own, name)
		err := r.conn.Delete(root+"/"+name, -1)
		if errors.Is(err, zk.ErrNoNode) {
			return nil
		}
		return err
	})
}

// write does op, again while the connection is the trouble, until ctx or the
// time ends. The library's calls know no context, so they run aside; there may
// still be one under way when write returns.
func (r *Registry) write(ctx context.Context, what string, op func(root string) error) error {
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

func (r *Registry) persist(ctx context.Context, op func(root string) error) error {
	select { // the root must be known
	case <-r.ready:
	case <-r.closing:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	r.writing.Lock()
	defer r.writing.Unlock()
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := op(*r.knownRoot.Load())
		if !isConnectionError(err) {
			return err
		}
		select {
		case <-r.closing:
			return ErrClosed
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(writeRetry):
		}
	}
}

// put creates a node, in place of what there is: a node of an older session
// would end with that session.
func (r *Registry) put(path string, data []byte, static bool) error {
	flags := int32(zk.FlagPersistent)
	if !static {
		flags = zk.FlagEphemeral
	}
	create := &zk.CreateRequest{Path: path, Data: data, Acl: everybody(), Flags: flags}
	var err error
	for range 5 { // others may create or delete in between
		_, err = r.conn.Create(path, data, flags, everybody())
		switch {
		case errors.Is(err, zk.ErrNodeExists):
			_, err = r.conn.Multi(&zk.DeleteRequest{Path: path, Version: -1}, create)
			if !errors.Is(err, zk.ErrNoNode) {
				return err
			}
		case errors.Is(err, zk.ErrNoNode):
			if err := r.makeParents(path); err != nil {
				return err
			}
		default:
			return err
		}
	}
	return err
}

// makeParents creates the empty nodes above path.
func (r *Registry) makeParents(path string) error {
	for i := 1; i < len(path); i++ {
		if path[i] != '/' {
			continue
		}
		_, err := r.conn.Create(path[:i], nil, zk.FlagPersistent, everybody())
		if err != nil && !errors.Is(err, zk.ErrNodeExists) {
			return fmt.Errorf("%s: %w", path[:i], err)
		}
	}
	return nil
}

// everybody may do everything, as with Metron.
func everybody() []zk.ACL { return zk.WorldACL(zk.PermAll) }

// writeOwn registers the own instances again, in a new session or below a new
// root. An error means that the connection broke. What is refused is reported
// without the lock, as the observer may write.
func (r *Registry) writeOwn(root string) error {
	refused := make(map[string]error)
	err := r.putOwn(root, refused)
	for path, err := range refused {
		r.report(path, fmt.Errorf("not registered again: %w", err))
	}
	return err
}

func (r *Registry) putOwn(root string, refused map[string]error) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	for name, data := range r.own {
		path := root + "/" + name
		switch err := r.put(path, data, false); {
		case isConnectionError(err):
			return err
		case err != nil:
			refused[path] = err
		}
	}
	return nil
}
