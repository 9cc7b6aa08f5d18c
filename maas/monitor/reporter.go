package monitor

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// Reporter counts for a Handler of another process, and sends it what was counted every few
// seconds. It is safe for concurrent use, and those who observe never wait for the other
// process.
//
//	r := monitor.NewReporter(monitor.Options{}, client, "http://controller/v1/monitor")
//	models := maas.NewClient(registry, maas.Options{Observe: r.Observe, Inspect: r.Inspect})
//	go r.Run(ctx)
type Reporter struct {
	options Options
	remote  *Remote
	sending sync.Mutex // held while something is sent

	mu         sync.RWMutex // held to change what follows, and shared while something is counted
	counting   *Monitor     // since the last report
	references map[versionName]Reference
}

const (
	sendInterval = 2 * time.Second
	reportBytes  = 8 << 20 // that a reporter keeps
	// backlog is how long what cannot be sent is kept, as minutes are for an hour.
	backlog = (minutes - 1) * time.Minute
)

// NewReporter returns a reporter to the handler at a URL. The client may connect to a
// socket.
func NewReporter(o Options, client *http.Client, url string) *Reporter {
	if o.MaxBytes <= 0 {
		o.MaxBytes = reportBytes
	}
	r := &Reporter{remote: NewRemote(client, url)}
	r.counting = r.newMonitor(o)
	r.options = r.counting.options
	return r
}

// newMonitor returns a monitor that counts in the bins of the references that are known.
func (r *Reporter) newMonitor(o Options) *Monitor {
	m := New(o)
	m.reference = func(name versionName) (Reference, bool) { // mu is held
		of, ok := r.references[name]
		return of, ok
	}
	return m
}

// Observe counts a call or an attempt, as Monitor.Observe does.
func (r *Reporter) Observe(e maas.Event) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	r.counting.Observe(e)
}

// Inspect counts arguments and values of answers, as Monitor.Inspect does.
func (r *Reporter) Inspect(e maas.Exchange) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	r.counting.Inspect(e)
}

// Run sends what was counted until ctx ends. What cannot be sent as nobody listens is sent
// later, for an hour; what is refused is dropped.
func (r *Reporter) Run(ctx context.Context) {
	_ = r.learn(ctx)
	tick := time.NewTicker(sendInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = r.Send(ctx)
		}
	}
}

// learn asks for the references that there are.
func (r *Reporter) learn(ctx context.Context) error {
	r.sending.Lock()
	defer r.sending.Unlock()
	references, err := r.remote.References(ctx)
	if err == nil {
		r.know(references)
	}
	return err
}

// Send sends what was counted since the last call.
func (r *Reporter) Send(ctx context.Context) error {
	r.sending.Lock()
	defer r.sending.Unlock()
	next := r.newMonitor(r.options)
	r.mu.Lock()
	counted := r.counting
	r.counting = next
	r.mu.Unlock()
	now := r.options.Now()
	report := counted.Export(now.Add(-backlog), now.Add(time.Minute))
	if len(report.Versions) == 0 {
		return nil
	}
	references, err := r.remote.report(ctx, report)
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		r.mu.RLock()
		defer r.mu.RUnlock()
		return errors.Join(err, r.counting.Merge(report))
	}
	if err == nil { // and otherwise it may have been taken although there is no answer
		r.know(references)
	}
	return err
}

func (r *Reporter) know(references []Reference) {
	known := make(map[versionName]Reference, len(references))
	for _, of := range references {
		if of.Check() == nil {
			known[versionName{of.Model, of.Version}] = of
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.references = known
}
