package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/repl/terminal"
)

// changeFlags are of commands that change what the registry says of versions.
type changeFlags struct {
	zookeeperFlags
	controllerFlags
	By   string `placeholder:"NAME" help:"Who does it, for the journal; by default the user and the host."`
	JSON bool   `name:"json" help:"Write JSON instead of text."`
}

// operation is a change of versions, by either of the two who can make it.
type operation struct {
	force bool
	// inRegistry makes it in ZooKeeper, and here has the controller of this machine
	// make it.
	inRegistry func(ctx context.Context, o *maas.Operation) error
	here       func(ctx context.Context, c *control.Client) ([]maas.VersionChange, error)
}

// do makes a change, and tells what it was.
func (f *changeFlags) do(ctx context.Context, s *streams, what operation) error {
	if f.State != "" && len(f.Zookeeper) > 0 {
		return errTwoRegistries
	}
	limited, done := context.WithTimeout(ctx, registerTime)
	defer done()
	change := f.inRegistry
	if len(f.Zookeeper) == 0 {
		change = f.here
	}
	changes, failed := change(limited, newReporter(s.err), what)
	if failed == nil || len(changes) > 0 {
		if err := f.tell(s, changes); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return errInterrupted
	}
	return reported(s, failed)
}

func (f *changeFlags) inRegistry(ctx context.Context, r *reporter, what operation) ([]maas.VersionChange, error) {
	registry, err := f.openZooKeeper(ctx, r, true)
	if err != nil {
		return nil, called(ctx, err)
	}
	defer func() { _ = registry.Close() }()
	o := &maas.Operation{Releases: registry, By: cmp.Or(f.By, whoami()), At: time.Now().UTC().Truncate(time.Millisecond), Force: what.force}
	err = what.inRegistry(ctx, o)
	return o.Changes, err
}

func (f *changeFlags) here(ctx context.Context, _ *reporter, what operation) ([]maas.VersionChange, error) {
	if err := f.checkServers(); err != nil {
		return nil, err
	}
	c, err := f.dial(ctx, ", or use -z HOST:PORT")
	if err != nil {
		return nil, err
	}
	defer c.Close()
	c.By = f.By
	return what.here(ctx, c)
}

// reported reports an operation that was refused, and returns errFailed then.
func reported(s *streams, err error) error {
	var refused *maas.RefusedError
	if !errors.As(err, &refused) && !errors.Is(err, control.ErrUnknown) && !errors.Is(err, control.ErrConflict) {
		return err
	}
	fmt.Fprintln(s.err, "stellar:", terminal.Printable(err.Error()))
	return errFailed
}

// whoami returns the user and the host.
func whoami() string {
	name := "somebody"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil {
		name += "@" + host
	}
	return name
}

func (f *changeFlags) tell(s *streams, changes []maas.VersionChange) error {
	if f.JSON {
		return writeJSON(s.out, append([]maas.VersionChange{}, changes...))
	}
	for _, c := range changes {
		text := fmt.Sprintf("%s %s: %s", c.Model, c.Version, changeText(c.Change))
		if _, err := fmt.Fprintln(s.out, terminal.Printable(text)); err != nil {
			return err
		}
	}
	return nil
}

// changeText says what a change was.
func changeText(c maas.Change) string {
	return fmt.Sprintf("%s is %s, was %s", c.What, cmp.Or(c.To, none), cmp.Or(c.From, none))
}

// maasPromoteCommand takes a version into production.
type maasPromoteCommand struct {
	changeFlags
	Name    string `arg:"" help:"The model."`
	Version string `arg:"" help:"The version that goes into production."`
	Force   bool   `help:"Do so even if no instance of it runs."`
}

// Help is called by the parser of the command line.
func (*maasPromoteCommand) Help() string {
	return `The version gets the stage production and all calls that name no version; what was in production becomes archived, and its instances go on running. First the new one gets calls, then the old one loses them. stellar maas weight gives it a share of the calls first.

  stellar maas promote dga 2.0
  stellar maas rollback dga -z zk1:2181`
}

// Run is called by the parser of the command line.
func (c *maasPromoteCommand) Run(ctx context.Context, s *streams) error {
	return c.do(ctx, s, operation{
		force:      c.Force,
		inRegistry: func(ctx context.Context, o *maas.Operation) error { return o.Promote(ctx, c.Name, c.Version) },
		here: func(ctx context.Context, of *control.Client) ([]maas.VersionChange, error) {
			return of.Promote(ctx, c.Name, c.Version, c.Force)
		},
	})
}

// maasRollbackCommand takes the version back that was in production before.
type maasRollbackCommand struct {
	changeFlags
	Name  string `arg:"" help:"The model."`
	Force bool   `help:"Do so even if no instance of it runs."`
}

// Help is called by the parser of the command line.
func (*maasRollbackCommand) Help() string {
	return `The version that was in production before, by the journal, is promoted again.`
}

// Run is called by the parser of the command line.
func (c *maasRollbackCommand) Run(ctx context.Context, s *streams) error {
	return c.do(ctx, s, operation{
		force:      c.Force,
		inRegistry: func(ctx context.Context, o *maas.Operation) error { return o.Rollback(ctx, c.Name) },
		here: func(ctx context.Context, of *control.Client) ([]maas.VersionChange, error) {
			return of.Rollback(ctx, c.Name, c.Force)
		},
	})
}

// maasRetireCommand takes a version out of use.
type maasRetireCommand struct {
	changeFlags
	Name    string `arg:"" help:"The model."`
	Version string `arg:"" help:"The version."`
	Force   bool   `help:"Do so even if it is in production."`
}

// Help is called by the parser of the command line.
func (*maasRetireCommand) Help() string {
	return `The version gets the stage archived, and no calls but those that name it. Those of its instances that the controller of this machine runs are ended; others go on running until they are stopped.`
}

// Run is called by the parser of the command line.
func (c *maasRetireCommand) Run(ctx context.Context, s *streams) error {
	return c.do(ctx, s, operation{
		force:      c.Force,
		inRegistry: func(ctx context.Context, o *maas.Operation) error { return o.Retire(ctx, c.Name, c.Version) },
		here: func(ctx context.Context, of *control.Client) ([]maas.VersionChange, error) {
			return of.Retire(ctx, c.Name, c.Version, c.Force)
		},
	})
}

// maasWeightCommand divides the calls among versions.
type maasWeightCommand struct {
	changeFlags
	Name    string   `arg:"" help:"The model."`
	Weights []string `arg:"" name:"weight" help:"VERSION=N: its share of the calls that name no version, in proportion to the others'; VERSION=none has none, so that the newest gets all if no other has one."`
}

// Help is called by the parser of the command line.
func (*maasWeightCommand) Help() string {
	return `  stellar maas weight dga 1.0=90 2.0=10 -z zk1:2181

Equal arguments go to the same version, as long as the weights stay.`
}

// Run is called by the parser of the command line.
func (c *maasWeightCommand) Run(ctx context.Context, s *streams) error {
	var shares []maas.Share
	for _, text := range c.Weights {
		v, of, ok := strings.Cut(text, "=")
		n, err := strconv.Atoi(of)
		switch {
		case ok && of == "none":
			shares = append(shares, maas.Share{Version: v})
		case !ok || err != nil || n < 0:
			return fmt.Errorf("%s must have the form VERSION=N, such as 2.0=10", text)
		default:
			shares = append(shares, maas.Share{Version: v, Weight: &n})
		}
	}
	return c.do(ctx, s, operation{
		inRegistry: func(ctx context.Context, o *maas.Operation) error { return o.Divide(ctx, c.Name, shares) },
		here: func(ctx context.Context, of *control.Client) ([]maas.VersionChange, error) {
			return of.Divide(ctx, c.Name, shares, false)
		},
	})
}
