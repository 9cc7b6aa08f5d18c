package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/zookeeper"
)

// The election of controllers.
const electionOfControllers = "controller"

var errDeposed = errors.New("another controller is in charge by now")

// runElected runs the controller while it is in charge, by election in ZooKeeper.
func (c *maasUpCommand) runElected(ctx context.Context, s *streams, report *reporter, options control.Options) error {
	registry, err := c.openZooKeeper(ctx, report, true)
	if err != nil {
		return called(ctx, err)
	}
	defer func() { _ = registry.Close() }()
	fmt.Fprintln(s.err, "stellar: it waits until no other controller is in charge")
	leadership, err := registry.Lead(ctx, electionOfControllers)
	if ctx.Err() != nil {
		return nil // it was interrupted while it waited
	}
	if err != nil {
		return err
	}
	defer leadership.Resign()
	host, _ := os.Hostname() // without one, it is this machine alone
	c.queue = registry
	options.Shared, options.Local.Host = registry, cmp.Or(c.Host, host)
	charge, end := context.WithCancelCause(ctx)
	defer end(nil)
	go func() {
		select {
		case <-leadership.Lost():
			end(errDeposed)
		case <-charge.Done():
		}
	}()
	err = c.run(charge, s, report, options)
	if cause := context.Cause(charge); err == nil && errors.Is(cause, errDeposed) {
		return cause
	}
	return err
}

// serveQueue serves the requests in Metron's queue until ctx ends, if that is wanted.
func (c *maasUpCommand) serveQueue(ctx context.Context, controller *control.Controller) {
	if c.queue != nil && c.Queue != "" {
		_ = c.queue.ServeRequests(ctx, func(r zookeeper.Request) error { return c.serveRequest(ctx, controller, r) }) // until ctx ends
	}
}

// byQueue is who does it, in journals, when Metron's queue is served.
const byQueue = "queue of Metron"

// serveRequest does what Metron asks for: so many instances more, or fewer.
func (c *maasUpCommand) serveRequest(ctx context.Context, controller *control.Controller, r zookeeper.Request) error {
	known, err := controller.Deployment(r.Name, r.Version)
	deployed := err == nil && known.Revision > 0
	switch {
	case r.Action == zookeeper.ActionRemove && !deployed:
		return err
	case r.Action == zookeeper.ActionRemove:
		_, err = controller.Scale(byQueue, r.Name, r.Version, max(0, known.Replicas-r.Instances), known.Revision)
		return err
	case deployed && known.Replicas > 0:
		_, err = controller.Scale(byQueue, r.Name, r.Version, known.Replicas+r.Instances, known.Revision)
		return err
	}
	queue, err := filepath.Abs(c.Queue)
	if err != nil {
		return err
	}
	_, err = controller.Deploy(ctx, byQueue, control.Request{
		Spec:    control.Spec{Model: r.Name, Version: r.Version, Replicas: r.Instances, Memory: int64(r.Memory) << 20},
		Package: filepath.Join(queue, filepath.Clean("/"+r.Path)),
	})
	return err
}
