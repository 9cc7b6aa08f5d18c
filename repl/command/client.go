package command

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/monitor"
	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/maas/protocol/grpc"
)

// client speaks all protocols there are. If its models are those of the controller of this
// machine, it reports what it sees of them.
type client struct {
	*maas.Client
	grpc   *grpc.Client
	report *report // nil if nobody is to be told
}

func newClient(registry maas.Registry, o maas.Options) *client {
	c := &client{grpc: grpc.New(grpc.Options{})}
	o.Protocols = map[string]protocol.Protocol{protocol.NameV2GRPC: c.grpc}
	if here, ok := registry.(*localRegistry); ok {
		c.report = newReport(here.folder)
		o = c.report.options(o)
	}
	c.Client = maas.NewClient(registry, o)
	return c
}

// Close ends the connections.
func (c *client) Close() error {
	err := errors.Join(c.Client.Close(), c.grpc.Close())
	if c.report != nil {
		c.report.close()
	}
	return err
}

// report tells the controller of this machine what is seen of its models, as long as one
// runs. Calls do not wait for it, and what cannot be told is nobody's trouble here.
type report struct {
	*monitor.Reporter
	begin sync.Once // with the first event: most programs that could ask models do not
	end   context.CancelFunc
	ended chan struct{}
	idle  func() // closes connections
}

// lastReport is how long a program waits at its end until the controller has taken what
// it has seen.
const lastReport = 500 * time.Millisecond

func newReport(folder string) *report {
	client, url := control.Monitor(folder)
	return &report{Reporter: monitor.NewReporter(monitor.Options{}, client, url), ended: make(chan struct{}), idle: client.CloseIdleConnections}
}

// options returns those of a client of whose calls is told, besides what o has.
func (r *report) options(o maas.Options) maas.Options {
	observe, inspect := o.Observe, o.Inspect
	o.Observe = func(e maas.Event) {
		r.run()
		r.Observe(e)
		if observe != nil {
			observe(e)
		}
	}
	o.Inspect = func(e maas.Exchange) {
		r.run()
		r.Inspect(e)
		if inspect != nil {
			inspect(e)
		}
	}
	return o
}

func (r *report) run() {
	r.begin.Do(func() {
		ctx, cancel := context.WithCancel(context.Background())
		r.end = cancel
		go func() {
			defer close(r.ended)
			r.Run(ctx)
		}()
	})
}

// close tells what was not told yet. The client of models must be closed before.
func (r *report) close() {
	r.begin.Do(func() { close(r.ended) }) // nothing was seen
	if r.end == nil {
		return
	}
	r.end()
	<-r.ended
	ctx, cancel := context.WithTimeout(context.Background(), lastReport)
	defer cancel()
	_ = r.Send(ctx) // nobody may be there
	r.idle()
}
