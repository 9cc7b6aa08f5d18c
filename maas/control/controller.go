package control

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/deploy"
)

// Options configure a Controller. Folder must be set, and Local.Guard.
type Options struct {
	// Folder keeps what the controller knows. It is made if it is not there.
	Folder string
	// Memory and CPUs are what is divided; those of the machine if 0.
	Memory int64
	CPUs   float64
	// Shares are the weights of owners; others have 1.
	Shares map[string]float64
	// Shared is where instances are registered, too, and where what is said of versions
	// stands: several controllers and other programs may change it. Nil means that both
	// are for this machine alone.
	Shared Shared
	// Local says how replicas are run.
	Local LocalOptions
	// Monitor answers at the socket what is asked below /v1/monitor, such as a
	// monitor.Handler, to which programs report what they see of models. Nil answers
	// nothing.
	Monitor http.Handler
	// Observe is told what does not work as it should, for a log. It must not wait. Nil
	// ignores it.
	Observe func(error)
}

// Controller keeps deployments running. It is safe for concurrent use.
type Controller struct {
	options  Options
	machine  resources
	since    time.Time
	held     *os.File
	registry *registry
	packages packages
	engine   *local
	wake     chan struct{} // holds one: something is to be compared
	end      context.CancelFunc
	done     chan struct{}
	lost     chan struct{} // closed when the folder is no longer that which this controller holds
	closing  sync.Once
	closed   error

	packaging sync.Mutex // held while a package is kept and deployed, or some are collected; before mu

	mu        sync.Mutex
	documents *documents // never changed, but replaced
	pending   []Instance // replicas that wait
	changed   chan struct{}
	told      map[string]time.Time // what does not work, and when it was told
}

// The names in the folder.
const (
	lockName      = "controller.lock"
	documentsName = "state.json"
	modelsName    = "models.json"
	packagesName  = "packages"
	replicasName  = "replicas"
	logsName      = "logs"
	socketName    = "control.sock"
)

// ModelsFile returns where the models of a controller stand, in the form of maas.FromFile.
func ModelsFile(folder string) string { return filepath.Join(folder, modelsName) }

// Socket returns where a controller is asked.
func Socket(folder string) string { return filepath.Join(folder, socketName) }

// holder says who holds the folder.
type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"`
}

// Open starts the controller of a folder. It fails with ErrRuns if another one runs there.
// Replicas that one that was killed has left are taken over.
func Open(ctx context.Context, o Options) (*Controller, error) {
	machine, err := machineResources(o)
	if err != nil {
		return nil, err
	}
	if o.Folder, err = filepath.Abs(o.Folder); err != nil {
		return nil, err
	}
	if o.Observe == nil {
		o.Observe = func(error) {}
	}
	for _, name := range []string{"", packagesName, replicasName, logsName} {
		if err := os.MkdirAll(filepath.Join(o.Folder, name), 0o700); err != nil {
			return nil, err
		}
	}
	held, err := hold(ctx, filepath.Join(o.Folder, lockName))
	if err != nil {
		return nil, err
	}
	c := &Controller{
		options: o, machine: machine, since: now(), held: held,
		registry: &registry{file: ModelsFile(o.Folder), shared: o.Shared}, packages: packages{filepath.Join(o.Folder, packagesName)},
		wake: make(chan struct{}, 1), done: make(chan struct{}), lost: make(chan struct{}), changed: make(chan struct{}),
	}
	c.registry.tell = c.tell
	if err := c.begin(); err != nil {
		_ = held.Close()
		return nil, err
	}
	life, end := context.WithCancel(context.Background())
	c.end = end
	if o.Shared != nil {
		go c.registry.follow(life, c.look)
	}
	go c.run(life)
	return c, nil
}

// begin takes over what there is.
func (c *Controller) begin() (err error) {
	if err := c.packages.removeCopies(); err != nil {
		return err
	}
	if c.documents, err = readDocuments(filepath.Join(c.options.Folder, documentsName)); err != nil {
		return err
	}
	var said []maas.Release
	if c.options.Shared != nil {
		said = c.options.Shared.Snapshot().Releases()
	}
	for _, r := range c.documents.releases {
		said = append(said, r.Release)
	}
	for _, r := range said {
		if err := c.registry.memory.PutRelease(context.Background(), r); err != nil {
			return err
		}
	}
	at := func(name string) string { return filepath.Join(c.options.Folder, name) }
	c.mu.Lock() // until all is there; the engine may tell of changes already
	defer c.mu.Unlock()
	if c.engine, err = openLocal(at(replicasName), at(logsName), at(lockName), c.registry, c.options.Local, c.look); err != nil {
		return err
	}
	c.registry.mu.Lock()
	defer c.registry.mu.Unlock()
	c.registry.stale = c.registry.write() // models that run are taken over on a full disk, too
	return nil
}

// hold locks the folder's file. Guards look at the lock now and then, for a moment.
func hold(ctx context.Context, name string) (*os.File, error) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for limit := time.Now().Add(time.Second); ; {
		file, ok, err := deploy.Lock(name)
		if err != nil {
			return nil, err
		}
		if ok {
			text, _ := json.Marshal(holder{os.Getpid(), now()})
			_ = file.Truncate(0) // what stands in it is only for people
			_, _ = file.WriteAt(append(text, '\n'), 0)
			return file, nil
		}
		if time.Now().After(limit) {
			var h holder
			text, _ := os.ReadFile(name)
			_ = json.Unmarshal(text, &h)
			return nil, fmt.Errorf("%w on %s: the process %d, since %s", ErrRuns, filepath.Dir(name), h.PID, h.Since.Local().Format(time.DateTime))
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// machineResources returns what is divided.
func machineResources(o Options) (resources, error) {
	r := resources{float64(o.Memory), o.CPUs}
	if r.cpus == 0 {
		r.cpus = float64(runtime.GOMAXPROCS(0))
	}
	if r.memory == 0 {
		memory, err := machineMemory()
		if err != nil {
			return r, fmt.Errorf("how much memory the machine has is not known; it must be said: %w", err)
		}
		r.memory = float64(memory)
	}
	if r.memory < 0 || !(r.cpus > 0) {
		return r, fmt.Errorf("%w: memory and CPUs must be more than 0", ErrInvalid)
	}
	for owner, weight := range o.Shares {
		if !(weight > 0 && weight < 1e9) {
			return r, fmt.Errorf("%w: the share of %s is %v, it must be more than 0", ErrInvalid, owner, weight)
		}
	}
	return r, nil
}

// Registry returns the registry of what runs here.
func (c *Controller) Registry() maas.Registry { return c.registry }

// Folder returns where the controller keeps what it knows.
func (c *Controller) Folder() string { return c.options.Folder }

// Close ends all replicas, in order, and then the controller. What is deployed runs again
// when a controller is opened. Replicas that have not ended when ctx does are killed.
func (c *Controller) Close(ctx context.Context) error {
	c.closing.Do(func() {
		c.end()
		<-c.done
		c.closed = c.engine.Close(ctx)
		_ = c.held.Close()
	})
	return c.closed
}

// EndTime returns how long Close may take until all replicas have ended in order.
func (c *Controller) EndTime() time.Duration { return c.engine.endTime() }

// look has the loop compare.
func (c *Controller) look() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// lookInterval is the time after which the loop compares although nothing has happened.
const lookInterval = time.Second

// collectEvery is after how many looks packages are collected.
const collectEvery = 60

func (c *Controller) run(ctx context.Context) {
	defer close(c.done)
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	for n := 0; ctx.Err() == nil; n++ {
		if !c.holds() {
			close(c.lost)
			return
		}
		c.compare()
		if n%collectEvery == 0 {
			c.tell(c.collect())
		}
		select {
		case <-c.wake:
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}

// holds reports whether the folder is still there, and the lock in it the one that is held:
// otherwise guards do not see this controller, and another one may run.
func (c *Controller) holds() bool {
	held, err := c.held.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(filepath.Join(c.options.Folder, lockName))
	return err == nil && os.SameFile(held, there) || err != nil && !errors.Is(err, fs.ErrNotExist)
}

// compare has the engine run what is to be.
func (c *Controller) compare() {
	c.tell(c.registry.again())
	c.mu.Lock()
	defer c.mu.Unlock()
	wanted, pending := c.plan(c.engine.Instances())
	c.engine.Apply(wanted)
	c.pending = pending
	close(c.changed)
	c.changed = make(chan struct{})
}

// plan returns the replicas that are to run, and those that wait. Present ones keep what
// they take until they have ended.
func (c *Controller) plan(present []Instance) (wanted []Replica, pending []Instance) {
	deployments := c.documents.deployments
	grants := divide(deployments, c.machine, c.options.Shares)
	of := make(map[[2]string][]Instance)
	for _, i := range present {
		of[[2]string{i.Model, i.Version}] = append(of[[2]string{i.Model, i.Version}], i)
	}
	needs := make(map[Unit]resources)
	for _, r := range c.engine.replicas() {
		needs[r.Unit] = (&Spec{Memory: r.Memory, CPUs: r.CPUs}).needs()
	}
	used := resources{}
	for _, n := range needs {
		used = used.plus(n)
	}
	type late struct {
		*Deployment
		unit Unit
	}
	var starting []late
	for n, d := range deployments {
		old, current := make(map[int][]Instance), make(map[int]Instance)
		serving, moving := 0, false
		for _, i := range of[[2]string{d.Model, d.Version}] {
			if i.State == Serving {
				serving++
			} else {
				moving = true
			}
			if i.Generation == d.Generation {
				current[i.Replica] = i
			} else {
				old[i.Replica] = append(old[i.Replica], i)
			}
		}
		for number := 1; number <= grants[n].replicas; number++ {
			unit := Unit{d.Model, d.Version, d.Generation, number}
			now, there := current[number]
			switch {
			case there && now.State == Draining: // once more when it has ended
			case there:
				wanted = append(wanted, c.replica(d, unit))
			default:
				starting = append(starting, late{d, unit})
			}
			if there && now.State == Serving {
				continue // and its predecessors end
			}
			for _, i := range old[number] {
				if i.State == Draining {
					continue
				}
				// Without room for both, a predecessor goes first, one at a time and
				// not the last that serves.
				if !there && !used.plus(d.needs()).fitIn(c.machine) && serving > 1 && !moving {
					moving = true
					continue
				}
				wanted = append(wanted, c.replica(d, i.Unit)) // which the engine knows by its unit
			}
		}
		for number := grants[n].replicas + 1; number <= d.Replicas; number++ {
			pending = append(pending, Instance{Unit: Unit{d.Model, d.Version, d.Generation, number}, State: Pending, Reason: grants[n].reason})
		}
	}
	for _, l := range starting {
		if need := l.needs(); used.plus(need).fitIn(c.machine) {
			used = used.plus(need)
			wanted = append(wanted, c.replica(l.Deployment, l.unit))
			continue
		}
		pending = append(pending, Instance{Unit: l.unit, State: Pending, Reason: "it waits until others have ended, or there is room for it beside those it replaces"})
	}
	return wanted, pending
}

// replica returns what is run for a unit of a deployment.
func (c *Controller) replica(d *Deployment, unit Unit) Replica {
	r := Replica{Unit: unit, Folder: c.packages.path(d.Digest), Memory: d.Memory, CPUs: d.CPUs, Environment: d.Environment}
	for _, said := range c.registry.Snapshot().Releases() {
		if said.Model == d.Model && said.Version == d.Version {
			r.Release = &said
		}
	}
	return r
}

// Deployments returns all deployments with their instances, sorted by model, the newest
// version first. Replicas of versions that are deployed no more are among them until they
// have ended.
func (c *Controller) Deployments() []Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	instances := append(c.engine.Instances(), c.pending...)
	all := make(map[[2]string]*Status)
	for _, d := range c.documents.deployments {
		all[[2]string{d.Model, d.Version}] = &Status{Deployment: *d, Instances: []Instance{}}
	}
	for _, i := range instances {
		s := all[[2]string{i.Model, i.Version}]
		if s == nil {
			s = &Status{Deployment: Deployment{Spec: Spec{Model: i.Model, Version: i.Version}, Generation: i.Generation}}
			all[[2]string{i.Model, i.Version}] = s
		}
		s.Instances = append(s.Instances, i)
		if i.State == Serving && i.Generation == s.Generation {
			s.Serving++
		}
	}
	sorted := slices.SortedFunc(maps.Values(all), func(a, b *Status) int {
		return cmp.Or(strings.Compare(a.Model, b.Model), maas.CompareVersions(b.Version, a.Version), strings.Compare(a.Version, b.Version))
	})
	statuses := make([]Status, len(sorted))
	for n, s := range sorted {
		slices.SortFunc(s.Instances, func(a, b Instance) int {
			return cmp.Or(cmp.Compare(a.Replica, b.Replica), cmp.Compare(a.Generation, b.Generation), strings.Compare(string(a.State), string(b.State)))
		})
		s.Instances = slices.CompactFunc(s.Instances, func(a, b Instance) bool { return a.Unit == b.Unit })
		statuses[n] = *s
	}
	return statuses
}

// Deployment returns a deployment with its instances. It fails with ErrUnknown.
func (c *Controller) Deployment(model, version string) (Status, error) {
	for _, s := range c.Deployments() {
		if s.Model == model && s.Version == version {
			return s, nil
		}
	}
	return Status{}, fmt.Errorf("%w: %s %s is not deployed", ErrUnknown, model, version)
}

// Watch returns the deployments and then, until ctx ends, what they have become. What
// comes while the loop is busy may be left out, but for the last.
func (c *Controller) Watch(ctx context.Context) iter.Seq[[]Status] {
	return func(yield func([]Status) bool) {
		for ctx.Err() == nil {
			c.mu.Lock()
			changed := c.changed
			c.mu.Unlock()
			if !yield(c.Deployments()) {
				return
			}
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}
}

// Machine returns what there is to divide, and who has what of it.
func (c *Controller) Machine() Machine {
	c.mu.Lock()
	deployments := c.documents.deployments
	c.mu.Unlock()
	grants := divide(deployments, c.machine, c.options.Shares)
	owners := make(map[string]*Owner)
	for name := range c.options.Shares {
		owners[name] = &Owner{Name: name}
	}
	for n, d := range deployments {
		if owners[d.Owner] == nil {
			owners[d.Owner] = &Owner{Name: d.Owner}
		}
		o, needs := owners[d.Owner], d.needs()
		o.Replicas += grants[n].replicas
		o.Memory += int64(needs.memory) * int64(grants[n].replicas)
		o.CPUs += needs.cpus * float64(grants[n].replicas)
	}
	m := Machine{
		Folder: c.options.Folder, PID: os.Getpid(), Since: c.since, Memory: int64(c.machine.memory), CPUs: c.machine.cpus,
		Limits: c.engine.groups.String(), Owners: []Owner{},
	}
	for _, name := range slices.Sorted(maps.Keys(owners)) {
		o := owners[name]
		o.Weight = weightOf(c.options.Shares, name)
		m.Owners = append(m.Owners, *o)
	}
	return m
}

// tellAgain is the time after which trouble is told again that lasts.
const tellAgain = time.Minute

// tell tells of trouble, now and then as long as it lasts.
func (c *Controller) tell(err error) {
	if err == nil {
		return
	}
	c.mu.Lock()
	maps.DeleteFunc(c.told, func(_ string, at time.Time) bool { return time.Since(at) > tellAgain })
	_, again := c.told[err.Error()]
	const most = 100
	if !again && len(c.told) < most {
		if c.told == nil {
			c.told = make(map[string]time.Time)
		}
		c.told[err.Error()] = time.Now()
	}
	again = again || len(c.told) == most
	c.mu.Unlock()
	if !again {
		c.options.Observe(err)
	}
}
