package deploy

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/stellarlang/stellar/maas"
)

// Options say how a package is run. Package, Name, Version and Registry must be set.
type Options struct {
	Package *Package
	// Name and Version are those of the model under which instances are registered.
	Name, Version string
	// Registry is where they are registered.
	Registry maas.Publisher
	// Release says how the version is asked, for the samples. Nil means that the registry
	// says nothing.
	Release *maas.Release
	// Replicas is how many instances Run keeps running. Default: 1.
	Replicas int
	// Host is the name by which others reach this machine. Default: 127.0.0.1.
	Host string
	// Guard is the command line of a program that calls Guard with what follows it. It
	// ends the processes of models when this one is killed.
	Guard []string
	// Home is where a replica of RunReplica lives on when this process is gone, until
	// another one takes it over. Nil means that it ends with this process.
	Home *Home
	// Environment is added to that of the package, and goes before it.
	Environment map[string]string
	// Data is how many bytes of memory each process of an instance may ask for beside
	// its program, where the system can bound that. 0 means no bound.
	Data int64
	// Output returns what takes in the output of a replica, counting from 1. Nil
	// drops it, and so does Home, which has a log.
	Output func(replica int) io.Writer
	// Observe is told what happens, one event after the other. Nil is nobody.
	Observe func(Event)
	// Drain is how long an instance still answers after it was taken off the registry.
	// Default: 2 seconds. The package may have it longer.
	Drain time.Duration
	// Grace is how long processes have to end before they are killed, if the package does
	// not say. Default: 10 seconds.
	Grace time.Duration
	// Hurry, if it is closed, has an instance that leaves be killed at once. Nil never is.
	Hurry <-chan struct{}
	// Check is the time between two looks at the health of an instance. Default: a second.
	Check time.Duration
}

func (o Options) withDefaults() Options {
	o.Replicas = cmp.Or(o.Replicas, 1)
	o.Host = cmp.Or(o.Host, "127.0.0.1")
	o.Drain = max(cmp.Or(o.Drain, 2*time.Second), time.Duration(o.Package.Drain))
	o.Grace = cmp.Or(time.Duration(o.Package.Grace), o.Grace, 10*time.Second)
	o.Check = cmp.Or(o.Check, time.Second)
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	return o
}

// State is what an instance is doing.
type State uint8

// The states. An instance that is Serving is registered; Failed ones are started again
// after Event.After.
const (
	Starting State = iota
	Serving
	Failed
	Draining
	Stopped
)

var stateNames = [...]string{"starting", "serving", "failed", "draining", "stopped"}

// String returns the name of the state.
func (s State) String() string { return stateNames[s] }

// Event is a change of the state of a replica.
type Event struct {
	Replica int // counting from 1
	State   State
	URL     string        // of a Serving one
	ID      string        // of a Serving one, in the registry
	Err     error         // why it Failed, or why one that is Starting does not serve yet
	Output  string        // the last lines that a Failed one has written
	After   time.Duration // how long a Failed one is left alone
	Restart int           // how often the replica was started before
}

// Run keeps instances of a package running until ctx ends, and then takes them off the
// registry, lets them answer what was asked, and ends them.
func Run(ctx context.Context, options Options) error {
	o := options.withDefaults()
	if err := o.check(); err != nil {
		return err
	}
	var events sync.Mutex
	observe := o.Observe
	o.Observe = func(e Event) {
		events.Lock()
		defer events.Unlock()
		observe(e)
	}
	o.Home = nil
	var group sync.WaitGroup
	for n := range o.Replicas {
		group.Go(func() { newReplica(o, n+1).run(ctx) })
	}
	group.Wait()
	return nil
}

// RunReplica keeps one instance of a package running, as Run does, which is the replica
// of that number. If there is one at Home that lives on, it is taken over.
func RunReplica(ctx context.Context, options Options, number int) error {
	o := options.withDefaults()
	if err := o.check(); err != nil {
		return err
	}
	newReplica(o, number).run(ctx)
	return nil
}

func (o *Options) check() error {
	if o.Name == "" || o.Version == "" {
		return fmt.Errorf("a model that is run has a name and a version, such as --name dga --version 1.0, or in %s", modelFile)
	}
	return nil
}

// replica is one of the instances, started again and again.
type replica struct {
	Options
	number  int
	client  *http.Client
	restart int
}

func newReplica(o Options, number int) *replica {
	return &replica{Options: o, number: number, client: newProbeClient()}
}

// How long a replica that fails is left alone: twice as long each time, unless it had
// run well for a while.
const (
	firstPause = 500 * time.Millisecond
	mostPause  = time.Minute
	wellAfter  = time.Minute
)

func (r *replica) run(ctx context.Context) {
	pause := firstPause
	for first := r.Home != nil; first || ctx.Err() == nil; first = false { // what lives is ended in order, also if it is unwanted by now
		began := time.Now()
		output, err := r.once(ctx)
		if ctx.Err() != nil {
			break
		}
		if time.Since(began) > wellAfter {
			pause = firstPause
		}
		r.event(Event{State: Failed, Err: err, Output: output, After: pause})
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
		pause = min(2*pause, mostPause)
		r.restart++
	}
	r.event(Event{State: Stopped})
}

func (r *replica) event(e Event) {
	e.Replica, e.Restart = r.number, r.restart
	r.Observe(e)
}

// once runs an instance until it fails or ctx ends. It returns why it failed, and its
// last output.
func (r *replica) once(ctx context.Context) (output string, err error) {
	p, kept, err := r.takeOver(context.WithoutCancel(ctx))
	switch {
	case err != nil:
		return "", err
	case p != nil:
		defer func() { output = p.output() }()
		defer p.stop(r.Grace, r.Hurry)
		return "", r.serve(ctx, p, kept.At, kept.Instance)
	case ctx.Err() != nil:
		return "", ctx.Err()
	}
	r.event(Event{State: Starting})
	return r.withInstance(ctx, func(p *process, at endpoint) error {
		instance := maas.Instance{Model: r.Name, Version: r.Version, ID: rand.Text(), URL: advertised(at.URL, r.Host), Functions: at.Functions}
		if err := r.remember(life{At: at, Instance: instance}); err != nil {
			return err
		}
		return r.serve(ctx, p, at, instance)
	})
}

// serve has an instance in the registry until it fails or ctx ends.
func (r *replica) serve(ctx context.Context, p *process, at endpoint, i maas.Instance) error {
	if err := r.Registry.Register(ctx, i); err != nil {
		return err
	}
	r.event(Event{State: Serving, URL: i.URL, ID: i.ID})
	err := r.watch(ctx, p, at.URL)
	r.leave(ctx, i, p)
	return err
}

// withInstance starts an instance, calls use when it answers its samples, and ends it.
func (r *replica) withInstance(ctx context.Context, use func(p *process, at endpoint) error) (output string, err error) {
	folder, err := r.folder()
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	port, err := freePort()
	if err != nil {
		return "", err
	}
	p, err := r.start(folder, r.environment(port))
	if err != nil {
		return "", err
	}
	defer func() { output = p.output() }()
	defer p.stop(r.Grace, r.Hurry)
	at, err := r.started(ctx, p, folder, port)
	if err == nil {
		err = r.ask(ctx, at)
	}
	if err == nil {
		err = use(p, at)
	}
	return "", err
}

// start starts the processes of an instance.
func (r *replica) start(folder string, environment []string) (*process, error) {
	if r.Home != nil {
		return startAt(r.Home, r.Guard, r.Package.Command, folder, environment, r.Data)
	}
	written := &lines{}
	if r.Output != nil {
		written.to = r.Output(r.number)
	}
	return start(r.Guard, r.Package.Command, folder, environment, written)
}

// Trial is what came of trying a package.
type Trial struct {
	Took    time.Duration // until it answered all samples
	Samples int
	Output  string // its last lines
}

// Try starts an instance, has it answer the samples, and ends it. Registry is not used.
func Try(ctx context.Context, options Options) (Trial, error) {
	o := options.withDefaults()
	r := newReplica(o, 1)
	began := time.Now()
	trial := Trial{Samples: len(o.Package.Samples)}
	output, err := r.withInstance(ctx, func(*process, endpoint) error {
		trial.Took = time.Since(began)
		return nil
	})
	trial.Output = output
	return trial, err
}

// newProbeClient returns a client that keeps no connections, as a model that ends need
// not know of them.
func newProbeClient() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// leaveTime bounds taking an instance off the registry.
const leaveTime = 10 * time.Second

// leave takes an instance off the registry. If it is well, it still answers what was asked
// before others know.
func (r *replica) leave(ctx context.Context, i maas.Instance, p *process) {
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaveTime)
	defer cancel()
	if ctx.Err() != nil {
		r.event(Event{State: Draining, URL: i.URL})
	}
	err := r.Registry.Deregister(leaving, i.Model, i.ID)
	if ctx.Err() == nil || err != nil {
		return
	}
	timer := time.NewTimer(r.Drain)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.done:
	case <-r.Hurry:
	}
}

// folder makes a folder with all that the package has, in which the instance may write.
func (r *replica) folder() (string, error) {
	entries, err := os.ReadDir(r.Package.Folder)
	if err != nil {
		return "", err
	}
	var folder string
	if r.Home != nil {
		folder, err = r.Home.work()
	} else {
		folder, err = os.MkdirTemp("", "model-*")
	}
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		if e.Name() == endpointFile { // of a run before
			continue
		}
		if err := os.Symlink(filepath.Join(r.Package.Folder, e.Name()), filepath.Join(folder, e.Name())); err != nil {
			_ = os.RemoveAll(folder)
			return "", err
		}
	}
	return folder, nil
}

func (r *replica) environment(port int) []string {
	environment := append(os.Environ(), fmt.Sprintf("PORT=%d", port), "MODEL_NAME="+r.Name, "MODEL_VERSION="+r.Version)
	for _, more := range []map[string]string{r.Package.Environment, r.Environment} {
		for name, of := range more {
			environment = append(environment, name+"="+of)
		}
	}
	return environment
}

// lookInterval is the time between two looks whether a model answers.
const lookInterval = 50 * time.Millisecond

// tellAfter is the time after which it is told why a model does not answer yet.
const tellAfter = 3 * time.Second

// started waits until the model says where it answers, and does.
func (r *replica) started(ctx context.Context, p *process, folder string, port int) (endpoint, error) {
	limited, cancel := context.WithTimeout(ctx, time.Duration(r.Package.Start))
	defer cancel()
	ticker := time.NewTicker(lookInterval)
	defer ticker.Stop()
	usual := fmt.Sprintf("http://127.0.0.1:%d", port)
	last := fmt.Errorf("it has neither written %s, nor listens on the port of PORT", endpointFile)
	tell := time.NewTimer(tellAfter)
	defer tell.Stop()
	for {
		at, err := readEndpoint(folder)
		ok := err == nil
		if !ok && probe(limited, r.client, usual, "") == nil {
			at, ok = endpoint{URL: usual}, true
		}
		if !ok && !errors.Is(err, fs.ErrNotExist) {
			last = err
		}
		if ok {
			if len(at.Functions) == 0 {
				at.Functions = r.Package.Functions
			}
			err = probe(limited, r.client, at.URL, r.Package.Health)
			if err == nil {
				return at, nil
			}
			last = err
		}
		select {
		case <-p.done:
			return endpoint{}, fmt.Errorf("it ended before it answered: %w", ended(p))
		case <-limited.Done():
			if ctx.Err() != nil {
				return endpoint{}, ctx.Err()
			}
			return endpoint{}, fmt.Errorf("it does not answer after %v: %w", time.Duration(r.Package.Start), last)
		case <-tell.C:
			r.event(Event{State: Starting, Err: fmt.Errorf("it does not answer yet: %w", last)})
		case <-ticker.C:
		}
	}
}

// ended returns how a process ended.
func ended(p *process) error {
	if p.err == nil || errors.Is(p.err, exec.ErrWaitDelay) {
		return errEnded
	}
	return p.err
}

var errEnded = errors.New("exit status 0: the command that starts a model goes on as long as the model does, and starts nothing in the background")

// mostMissed is how often in a row an instance may not be well before it is replaced.
const mostMissed = 3

// watch returns when the process ends, is not well any more, or ctx ends.
func (r *replica) watch(ctx context.Context, p *process, base string) error {
	ticker := time.NewTicker(r.Check)
	defer ticker.Stop()
	for missed := 0; ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.done:
			return fmt.Errorf("it ended: %w", ended(p))
		case <-ticker.C:
		}
		err := probe(ctx, r.client, base, r.Package.Health)
		if err == nil || ctx.Err() != nil {
			missed = 0
			continue
		}
		if missed++; missed == mostMissed {
			return fmt.Errorf("it is not well any more: %w", err)
		}
	}
}
