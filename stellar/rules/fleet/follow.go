package fleet

import (
	"cmp"
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas/zookeeper"
)

// Candidate is a version that is to be tried.
type Candidate struct {
	Release
	Files Files
}

// Options configure a Follower. Client, Address and Use must be set.
type Options struct {
	Client  *zookeeper.Client
	Address Address
	// Use tries a version, and has it used if it can be; otherwise it returns why not,
	// as a *Refusal, or another error, which counts as Wrong. It is called by one goroutine.
	Use func(ctx context.Context, c Candidate) error
	// Tell is told what people should know. Nil tells nobody.
	Tell func(text string)

	Worker  string // the name by which others see how this worker is; none if empty
	Program string // the version of the program, for them
	Cache   string // a file that holds a copy of the version in use; none if empty

	// Poll is how often ZooKeeper is asked though nothing was told; 30 s if zero.
	Poll time.Duration
	// Retry is after how long a refused version is tried again, at first; a minute if zero.
	Retry time.Duration
	// Limit is how long trying a version may take; two minutes if zero.
	Limit time.Duration
}

const (
	// quiet is how long changes in Metron's tree are gathered, as it is changed node by node.
	quiet = 300 * time.Millisecond
	// mostBefore is how many older versions are tried when a worker starts.
	mostBefore = 3
	// startTime bounds the wait for a connection when a worker starts, and there is a copy.
	startTime = 2 * time.Second
	// The time after which a refused version is tried again doubles up to this one. What it
	// needs of the machine may be there by then.
	lastRetry = time.Hour
)

// Follower has a worker use the newest version of rules in ZooKeeper.
type Follower struct {
	options Options
	set     *Set
	watch   *zookeeper.Watch
	status  *Status
	id      string // by which others tell it from workers of the same name

	refused   string        // the version that was tried last and is not used
	retry     time.Time     // when it is tried again
	pause     time.Duration // before that
	again     bool          // something may have changed while a version was tried
	overtaken bool          // the last trial was called off, as another version was the newest one

	trouble  string // why the newest version is not known
	topology bool   // the rules are those of Metron's tree
	kept     string // the version of the copy, if it is known
	unkept   string // the version of which it was told that there is no copy
	silent   string // why the worker cannot say how it is
}

// NewFollower returns a follower, which must be closed.
func NewFollower(o Options) *Follower {
	o.Poll = cmp.Or(o.Poll, 30*time.Second)
	o.Limit = cmp.Or(o.Limit, 2*time.Minute)
	o.Retry = cmp.Or(o.Retry, time.Minute)
	if o.Tell == nil {
		o.Tell = func(string) {}
	}
	f := &Follower{options: o, set: NewSet(o.Client, o.Address.Path), watch: o.Client.Watch(), status: NewFollowed(o.Address.Set()), id: crand.Text()}
	f.status.worker.Name, f.status.worker.Stellar = o.Worker, o.Program
	return f
}

// Close ends the watches.
func (f *Follower) Close() { f.watch.Close() }

// Status returns how the worker is, now and later.
func (f *Follower) Status() *Status { return f.status }

// newest is the version that should be in use, and those before it.
type newest struct {
	Release
	files  Files // nil if they are yet to be read
	before []Release
}

// Start has a version used: the newest one, or if it is refused the latest before it that is
// not; without ZooKeeper, and if all are refused, that of the copy. It fails if there is none.
func (f *Follower) Start(ctx context.Context) error {
	why := f.startNewest(ctx)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case why == nil:
		f.announce(ctx)
		return nil
	}
	if f.options.Cache == "" {
		return why
	}
	release, files, err := ReadCache(f.options.Cache, f.options.Address)
	if err == nil {
		err = f.use(ctx, Candidate{release, files})
	}
	if err != nil {
		return fmt.Errorf("%w; nor can the copy be used: %w", why, err)
	}
	f.options.Tell(fmt.Sprintf("%v; version %s of the copy %s is in use", why, release.Version, f.options.Cache))
	f.kept = release.Version
	f.status.Used(release.Version, true)
	return nil
}

func (f *Follower) startNewest(ctx context.Context) error {
	reading := ctx
	if f.options.Cache != "" {
		var end context.CancelFunc
		reading, end = context.WithTimeout(ctx, startTime)
		defer end()
	}
	n, err := f.newest(reading)
	if err != nil {
		f.trouble = err.Error()
		f.status.Unreadable()
		if errors.Is(err, zookeeper.ErrDisconnected) {
			return f.options.Address.Away(err)
		}
		return fmt.Errorf("%v: %w", f.options.Address, err)
	}
	why := f.take(ctx, n)
	if why == nil || ctx.Err() != nil {
		return why
	}
	for _, r := range n.before[:min(len(n.before), mostBefore)] {
		if f.overtaken {
			break
		}
		if f.tryWhile(ctx, n.Version, newest{Release: r}) == nil {
			f.status.UsedInstead(r.Version)
			f.options.Tell(fmt.Sprintf("version %s, which was in use before, is in use", r.Version))
			return nil
		}
	}
	if f.overtaken {
		return f.startNewest(ctx)
	}
	return fmt.Errorf("%v: the version %s is refused: %w", f.options.Address, n.Version, why)
}

// Run follows the rules until ctx ends. Start must have succeeded.
func (f *Follower) Run(ctx context.Context) {
	for {
		for f.again && ctx.Err() == nil {
			f.again = false
			f.look(ctx)
		}
		wait := time.NewTimer(f.options.Poll*3/4 + rand.N(f.options.Poll/2)) // not all workers at once
		select {
		case <-f.watch.Changed():
			if f.topology && !pause(ctx, quiet) {
				wait.Stop()
				return
			}
		case <-wait.C:
		case <-ctx.Done():
		}
		wait.Stop()
		if ctx.Err() != nil {
			return
		}
		f.look(ctx)
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// look has the newest version used if it is not yet, and says how the worker is.
func (f *Follower) look(ctx context.Context) {
	n, err := f.newest(ctx)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		if f.trouble != err.Error() {
			f.trouble = err.Error()
			f.status.Unreadable()
			f.options.Tell(fmt.Sprintf("%v cannot be read, so the rules of before stay in use: %v", f.options.Address, err))
		}
		if !errors.Is(err, zookeeper.ErrDisconnected) {
			f.announce(ctx) // its session may be a new one
		}
		return
	case f.trouble != "":
		f.trouble = ""
		f.options.Tell(fmt.Sprintf("%v can be read again", f.options.Address))
	}
	switch {
	case n.Version == f.status.Worker().Version:
		f.refused = ""
		f.status.Used(n.Version, false)
		f.keep(ctx, n)
	case n.Version != f.refused || !time.Now().Before(f.retry):
		_ = f.take(ctx, n) // which was told
	default:
		f.status.confirm()
	}
	f.announce(ctx)
}

// newest finds out which version should be in use.
func (f *Follower) newest(ctx context.Context) (newest, error) {
	node, err := f.watch.Read(ctx, f.set.at("current"))
	if err == nil {
		if f.options.Address.Sensor != "" {
			return newest{}, fmt.Errorf("at %s is a set of rules, and only the tree of Metron has sensors: leave out ?sensor=", f.options.Address.Path)
		}
		f.topology = false
		current, err := parseCurrent(node)
		return newest{Release: current.Release, before: current.Before}, err
	}
	if !errors.Is(err, zk.ErrNoNode) {
		return newest{}, err
	}
	root := f.options.Address.Path
	names, err := f.watch.Children(ctx, root)
	switch {
	case err != nil && !errors.Is(err, zk.ErrNoNode):
		return newest{}, err
	case !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(topologyNodes, name) }):
		return newest{}, fmt.Errorf("%w at %s: stellar rules push makes one", ErrNone, root)
	}
	f.topology = true
	files, err := readTopology(ctx, f.watch, root, f.options.Address.Sensor)
	return newest{Release: Release{Version: files.Version()}, files: files}, err
}

// take tries the newest version, and notes and tells what came of it.
func (f *Follower) take(ctx context.Context, n newest) error {
	err := f.tryWhile(ctx, n.Version, n)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && f.overtaken { // it says nothing about the version
		return err
	}
	if err == nil {
		f.refused, f.pause = "", 0
		f.status.Used(n.Version, false)
		by := ""
		if n.By != "" {
			by = ", which " + n.By + " has released,"
		}
		f.options.Tell(fmt.Sprintf("version %s of %v%s is in use", n.Version, f.options.Address, by))
		return nil
	}
	if n.Version != f.refused {
		f.refused, f.pause = n.Version, 0
	}
	f.pause = min(max(2*f.pause, f.options.Retry), lastRetry)
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		refusal = &Refusal{Wrong, err}
	}
	if refusal.Class == Unreadable {
		f.pause = f.options.Poll
	}
	f.retry = time.Now().Add(f.pause)
	if f.status.Refused(n.Version, refusal.Class, refusal.Error()) {
		stays := ""
		if version := f.status.Worker().Version; version != "" {
			stays = ", so version " + version + " stays in use"
		}
		f.options.Tell(fmt.Sprintf("version %s of %v is refused%s: %v", n.Version, f.options.Address, stays, refusal))
	}
	return refusal
}

// tryWhile tries a version for as long as current is the newest one: what takes its time must
// not keep a better one waiting that is there by now.
func (f *Follower) tryWhile(ctx context.Context, current string, n newest) error {
	f.overtaken = false
	if f.topology { // each of its nodes changes by itself
		return f.try(ctx, n)
	}
	trying, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-f.watch.Changed():
			case <-trying.Done():
				return
			}
			f.again = true
			node, err := f.watch.Read(trying, f.set.at("current"))
			if err != nil {
				continue
			}
			if now, err := parseCurrent(node); err == nil && now.Version != current {
				f.overtaken = true
				end()
				return
			}
		}
	}()
	err := f.try(trying, n)
	end()
	<-ended
	return err
}

// try reads the files of a version, has it tried and used, and keeps a copy.
func (f *Follower) try(ctx context.Context, n newest) error {
	if n.files == nil {
		var err error
		if n.files, err = f.set.Files(ctx, n.Version); err != nil {
			return &Refusal{Unreadable, err}
		}
	}
	if err := f.use(ctx, Candidate{n.Release, n.files}); err != nil {
		return err
	}
	f.keep(ctx, n)
	return nil
}

// keep writes the copy of the version in use, unless there is one. It tells once for each
// version that there is none.
func (f *Follower) keep(ctx context.Context, n newest) {
	if f.options.Cache == "" || n.Version == f.kept {
		return
	}
	var err error
	if n.files == nil {
		n.files, err = f.set.Files(ctx, n.Version)
	}
	if err == nil {
		err = WriteCache(f.options.Cache, f.options.Address, n.Release, n.files)
	}
	switch {
	case err == nil:
		f.kept = n.Version
	case ctx.Err() == nil && n.Version != f.unkept:
		f.unkept = n.Version
		f.options.Tell(fmt.Sprintf("no copy of the rules could be kept, which is tried again: %v", err))
	}
}

// use has a version tried within the limit.
func (f *Follower) use(ctx context.Context, c Candidate) error {
	limited, end := context.WithTimeout(ctx, f.options.Limit)
	defer end()
	err := f.options.Use(limited, c)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		return &Refusal{TooSlow, fmt.Errorf("trying it took longer than %v", f.options.Limit)}
	}
	return err
}

// announce lets others see how the worker is. Metron's tree has no place for that.
func (f *Follower) announce(ctx context.Context) {
	if f.options.Worker == "" || f.topology {
		return
	}
	err := f.set.announce(ctx, f.status.Worker(), f.id)
	switch {
	case err == nil:
		f.silent = ""
	case ctx.Err() == nil && err.Error() != f.silent && !errors.Is(err, zookeeper.ErrDisconnected):
		f.silent = err.Error()
		f.options.Tell(f.silent)
	}
}
