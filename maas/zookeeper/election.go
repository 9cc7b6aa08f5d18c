package zookeeper

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/go-zookeeper/zk"
)

// electionInterval is the time between two looks who leads.
const electionInterval = 250 * time.Millisecond

// candidate is the prefix of the nodes of those who want to lead. The servers add numbers.
const candidate = "candidate-"

// Leadership is that of one of several processes.
type Leadership struct {
	lost chan struct{}
	end  context.CancelFunc
	done chan struct{}
}

// Lost returns a channel that is closed when another process leads. As long as there is
// no connection, nobody knows of another one, and it is not.
func (l *Leadership) Lost() <-chan struct{} { return l.lost }

// Resign lets another process lead. It takes ten seconds at most.
func (l *Leadership) Resign() {
	l.end()
	<-l.done
}

// Lead returns when this process leads those that want to lead the same thing, or ctx
// ends. A process that is gone leads no more when its session has timed out. The nodes
// stand beside the root of the instances: in /maas/control/WHAT if that is /maas/service.
func (r *Registry) Lead(ctx context.Context, what string) (*Leadership, error) {
	if err := checkRoot("/" + what); err != nil || strings.Contains(what, "/") {
		return nil, fmt.Errorf("zookeeper: lead: %q is no name of a node", what)
	}
	e := &election{registry: r, what: what, token: rand.Text()}
	ticker := time.NewTicker(electionInterval)
	defer ticker.Stop()
	for {
		leads, _, err := e.look(ctx)
		switch {
		case ctx.Err() != nil || errors.Is(err, ErrClosed):
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			e.leave(context.WithoutCancel(ctx))
			return nil, fmt.Errorf("zookeeper: lead: %w", err)
		case err != nil && !errors.Is(err, context.DeadlineExceeded): // without a connection, it is awaited
			return nil, fmt.Errorf("zookeeper: lead: %w", err)
		case leads:
			life, end := context.WithCancel(context.Background())
			l := &Leadership{lost: make(chan struct{}), end: end, done: make(chan struct{})}
			go e.keep(life, l)
			return l, nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// election is the part of a process in one. It is known by what stands in its nodes: there
// may be several, as an answer of the servers may be lost.
type election struct {
	registry *Registry
	what     string
	token    string
}

func (e *election) root() string {
	return path.Join(path.Dir(e.registry.roots.Load().instances), "control", e.what)
}

// look reports whether this process leads, or another one does. If it is no candidate, it
// becomes one; should there be no other, neither is known to lead.
func (e *election) look(ctx context.Context) (leads, other bool, err error) {
	r := e.registry
	err = r.write(ctx, "lead", func(roots) error {
		leads, other = false, false
		candidates, err := e.candidates()
		if err != nil {
			return err
		}
		known := false
		for n, name := range candidates {
			data, _, err := r.nodes.get(e.root() + "/" + name)
			if errors.Is(err, zk.ErrNoNode) {
				continue
			}
			if err != nil {
				return err
			}
			own := string(data) == e.token
			known, leads, other = known || own, leads || own && n == 0, other || !own && n == 0
		}
		if known {
			return nil
		}
		return r.create(e.root()+"/"+candidate, []byte(e.token), zk.FlagEphemeral|zk.FlagSequence)
	})
	return leads, other, err
}

// candidates returns the nodes of all who want to lead, the first one first.
func (e *election) candidates() ([]string, error) {
	names, _, err := e.registry.nodes.conn.Children(e.registry.nodes.path(e.root()))
	if errors.Is(err, zk.ErrNoNode) {
		return nil, nil
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, candidate) })
	slices.Sort(names) // the numbers have ten digits
	return names, err
}

// keep looks whether the process still leads, until it resigns.
func (e *election) keep(ctx context.Context, l *Leadership) {
	defer close(l.done)
	ticker := time.NewTicker(electionInterval)
	defer ticker.Stop()
	for lost := false; ; {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			e.leave(context.WithoutCancel(ctx))
			return
		}
		if _, other, err := e.look(ctx); err == nil && other && !lost {
			lost = true
			close(l.lost)
		}
	}
}

// leave deletes the nodes of this process.
func (e *election) leave(ctx context.Context) {
	r := e.registry
	_ = r.write(ctx, "resign", func(roots) error { // otherwise they end with the session
		candidates, err := e.candidates()
		for _, name := range candidates {
			if data, _, err := r.nodes.get(e.root() + "/" + name); err == nil && string(data) == e.token {
				if err := r.nodes.delete(e.root()+"/"+name, -1); err != nil && !errors.Is(err, zk.ErrNoNode) {
					return err
				}
			}
		}
		return err
	})
}
