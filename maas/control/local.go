package control

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/deploy"
)

var _ Engine = (*local)(nil)

// local is the engine of this machine.
//
// A replica has a folder in homes, in which its description stands before it is started.
// Replicas that live when an engine is opened are taken over: also those that are not
// wanted any more, as only a replica that is run can be ended in order.
type local struct {
	homes, logs, keeper string
	groups              *groups
	registry            *registry
	options             LocalOptions
	changed             func() // must not wait

	mu      sync.Mutex
	running map[Unit]*running
	closed  bool
	hurry   chan struct{} // closed when there is no time left for replicas to end in order
}

// LocalOptions say how replicas are run on this machine. A zero field means its default.
type LocalOptions struct {
	// Guard is the command line of a program that calls deploy.Guard with what follows.
	Guard []string
	// Host is the name by which others reach this machine; 127.0.0.1.
	Host string
	// Drain is how long an instance still answers when it has left the registry; 1.5 s.
	// It must be longer than others take to see that. A package may have it longer.
	Drain time.Duration
	// Grace is how long processes have to end before they are killed, if their package does
	// not say; 3 s.
	Grace time.Duration
	// Check is the time between two looks at the health of an instance; 1 s.
	Check time.Duration
	// Lease is how long replicas wait for another controller when theirs is gone; 15 s.
	Lease time.Duration
}

// running is a replica that is run.
type running struct {
	replica  Replica
	instance Instance
	found    maas.Instance // that lived when the engine was opened, until it is taken over
	end      context.CancelFunc
	done     chan struct{}
}

// unitFile is where the description of a replica stands in its folder.
const unitFile = "replica.json"

// openLocal returns the engine of a folder, in which nobody else may run one. Replicas that
// live are registered when it returns.
func openLocal(homes, logs, keeper string, r *registry, o LocalOptions, changed func()) (*local, error) {
	o.Drain = cmp.Or(o.Drain, 1500*time.Millisecond)
	o.Grace = cmp.Or(o.Grace, 3*time.Second)
	e := &local{homes: homes, logs: logs, keeper: keeper, registry: r, options: o, changed: changed, running: make(map[Unit]*running), hurry: make(chan struct{}), groups: openGroups(homes)}
	entries, err := os.ReadDir(homes)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	known := make(map[Unit]maas.Instance)
	var replicas []Replica
	for _, entry := range entries {
		folder := filepath.Join(homes, entry.Name())
		text, err := os.ReadFile(filepath.Join(folder, unitFile))
		var of Replica
		if err == nil {
			err = json.Unmarshal(text, &of)
		}
		if err != nil || e.home(of.Unit).Folder != folder { // it was never started
			_ = os.RemoveAll(folder)
			continue
		}
		replicas = append(replicas, of)
		if i, ok := e.home(of.Unit).Lives(); ok {
			known[of.Unit] = i
			if err := r.memory.Register(context.Background(), i); err != nil {
				return nil, err
			}
		}
	}
	for _, of := range replicas { // when all are registered: others see each change from now on
		e.start(of, known[of.Unit])
	}
	return e, nil
}

// unitName returns the name of a folder for a unit, which differs from those of others.
func unitName(u Unit) string {
	return fmt.Sprintf("%s.%d.%d", versionName(u.Model, u.Version), u.Generation, u.Replica)
}

// versionName returns the name of a folder for a version.
func versionName(model, version string) string {
	name := url.QueryEscape(model) + "@" + url.QueryEscape(version)
	const most = 200 // file systems take 255
	if len(name) <= most {
		return name
	}
	digest := sha256.Sum256([]byte(name))
	return name[:most/2] + hex.EncodeToString(digest[:16])
}

func (e *local) home(u Unit) *deploy.Home {
	return &deploy.Home{
		Folder: filepath.Join(e.homes, unitName(u)), Keeper: e.keeper, Lease: e.options.Lease,
		Log: logFile(e.logs, u.Model, u.Version, u.Replica), Group: e.groups.path(u),
	}
}

// logFile returns where what a replica writes is kept.
func logFile(logs, model, version string, replica int) string {
	return filepath.Join(logs, versionName(model, version), fmt.Sprintf("%d.log", replica))
}

// Apply implements Engine.
func (e *local) Apply(wanted []Replica) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return
	}
	names := make(map[Unit]bool, len(wanted))
	for _, of := range wanted {
		names[of.Unit] = true
		if e.running[of.Unit] == nil {
			e.start(of, maas.Instance{})
		}
	}
	for name, r := range e.running {
		if !names[name] {
			r.stop()
		}
	}
}

// stop has a replica end, in order.
func (r *running) stop() {
	r.end()
	if r.instance.State != Draining {
		r.instance.State, r.instance.Since = Draining, now()
	}
}

// now is the time with the precision in which it is told.
func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// start runs a replica, of which an instance may be registered already. Mu is held.
func (e *local) start(of Replica, found maas.Instance) {
	ctx, end := context.WithCancel(context.Background())
	r := &running{replica: of, found: found, end: end, done: make(chan struct{}), instance: Instance{Unit: of.Unit, State: Starting, Since: now()}}
	e.running[of.Unit] = r
	go func() {
		defer close(r.done)
		e.run(ctx, r)
		end()
		e.mu.Lock()
		delete(e.running, of.Unit)
		e.mu.Unlock()
		e.changed()
	}()
}

// run keeps a replica running until ctx ends.
func (e *local) run(ctx context.Context, r *running) {
	home := e.home(r.replica.Unit)
	for {
		home.MakeGroup = func() error { return e.groups.make(r.replica) }
		err := e.prepare(home, r.replica)
		var p *deploy.Package
		if err == nil {
			p, err = deploy.ReadPackage(r.replica.Folder)
		}
		if err == nil {
			err = deploy.RunReplica(ctx, e.deployOptions(r, p, home), r.replica.Replica)
		}
		if ctx.Err() != nil {
			break
		}
		const pause = 5 * time.Second // the package cannot be read
		e.observe(r, deploy.Event{State: deploy.Failed, Err: err, After: pause})
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
	if _, ok := home.Lives(); !ok {
		_ = os.RemoveAll(home.Folder)
		e.groups.remove(r.replica.Unit)
	}
}

// prepare writes the description of a replica.
func (e *local) prepare(home *deploy.Home, of Replica) error {
	if err := os.MkdirAll(home.Folder, 0o700); err != nil {
		return err
	}
	text, err := json.Marshal(of)
	if err != nil {
		return err
	}
	return writeWhole(filepath.Join(home.Folder, unitFile), text, false)
}

// dataLimit returns how much memory a process of a replica may ask for, 0 for no bound:
// much more than the replica needs, as languages ask for a lot that they never use.
func (e *local) dataLimit(of Replica) int64 {
	if of.Memory == 0 || e.groups.bounds("memory") {
		return 0
	}
	const spare = 1 << 30
	return 2*of.Memory + spare
}

func (e *local) deployOptions(r *running, p *deploy.Package, home *deploy.Home) deploy.Options {
	return deploy.Options{
		Package: p, Name: r.replica.Model, Version: r.replica.Version, Registry: e.registry, Release: r.replica.Release,
		Host: e.options.Host, Guard: e.options.Guard, Home: home, Environment: r.replica.Environment, Data: e.dataLimit(r.replica),
		Drain: e.options.Drain, Grace: e.options.Grace, Hurry: e.hurry, Check: e.options.Check,
		Observe: func(event deploy.Event) { e.observe(r, event) },
	}
}

// observe notes what happens to a replica.
func (e *local) observe(r *running, event deploy.Event) {
	e.mu.Lock()
	gone := r.found
	r.found = maas.Instance{}
	i := &r.instance
	i.Restarts = event.Restart
	if event.State != deploy.Starting || event.Err == nil {
		i.Since = now()
	}
	switch event.State {
	case deploy.Starting:
		i.State, i.URL, i.ID = Starting, "", ""
		if event.Err != nil {
			i.Reason = event.Err.Error()
		}
	case deploy.Serving:
		i.State, i.URL, i.ID, i.Reason, i.Output, i.Retry = Serving, event.URL, event.ID, "", "", time.Time{}
	case deploy.Failed:
		i.State, i.URL, i.ID, i.Output, i.Retry = Failed, "", "", event.Output, i.Since.Add(event.After)
		i.Reason = "it failed"
		if event.Err != nil {
			i.Reason = event.Err.Error()
		}
	case deploy.Draining, deploy.Stopped:
		i.State = Draining
	}
	e.mu.Unlock()
	if gone.ID != "" && gone.ID != event.ID { // it died before it could be taken over
		_ = e.registry.Deregister(context.Background(), gone.Model, gone.ID)
	}
	e.changed()
}

// Instances implements Engine.
func (e *local) Instances() []Instance {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]Instance, 0, len(e.running))
	for _, r := range e.running {
		all = append(all, r.instance)
	}
	slices.SortFunc(all, func(a, b Instance) int {
		return cmp.Or(strings.Compare(a.Model, b.Model), strings.Compare(a.Version, b.Version), cmp.Compare(a.Replica, b.Replica), cmp.Compare(a.Generation, b.Generation))
	})
	return all
}

// endTime returns how long the replicas may take to end, in order.
func (e *local) endTime() time.Duration {
	folders := make(map[string]bool)
	for _, of := range e.replicas() {
		folders[of.Folder] = true
	}
	longest := e.options.Drain + e.options.Grace
	for folder := range folders {
		p, err := deploy.ReadPackage(folder)
		if err != nil {
			continue // it is ended as it was started
		}
		longest = max(longest, max(e.options.Drain, time.Duration(p.Drain))+cmp.Or(time.Duration(p.Grace), e.options.Grace))
	}
	return longest
}

// replicas returns the replicas that there are.
func (e *local) replicas() []Replica {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]Replica, 0, len(e.running))
	for _, r := range e.running {
		all = append(all, r.replica)
	}
	return all
}

// killTime is how long what is killed may take to be gone.
const killTime = 5 * time.Second

// Close implements Engine. What has not ended when ctx does is killed.
func (e *local) Close(ctx context.Context) error {
	e.mu.Lock()
	e.closed = true
	var all []*running
	for _, r := range e.running {
		r.stop()
		all = append(all, r)
	}
	e.mu.Unlock()
	killed := make(<-chan time.Time)
	for _, r := range all {
		select {
		case <-r.done:
			continue
		default:
		}
		select {
		case <-r.done:
			continue
		case <-ctx.Done():
		}
		select {
		case <-e.hurry:
		default:
			close(e.hurry)
			killed = time.After(killTime)
		}
		select {
		case <-r.done:
		case <-killed:
			return errors.New("replicas have not ended although they were killed")
		}
	}
	return nil
}
