package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/repl/terminal"
)

// changeFlags are of commands that change what the registry says of versions.
type changeFlags struct {
	zookeeperFlags
	By   string `placeholder:"NAME" help:"Who does it, for the journal; by default the user and the host."`
	JSON bool   `name:"json" help:"Write JSON instead of text."`
}

// changing is a registry that is changed.
type changing struct {
	*zookeeper.Registry
	by      string
	at      time.Time
	changes []changed
}

// changed is a change as it is told.
type changed struct {
	Model   string `json:"model"`
	Version string `json:"version"`
	maas.Change
}

// do opens the registry, makes changes, and tells them.
func (f *changeFlags) do(ctx context.Context, s *streams, change func(ctx context.Context, r *changing) error) error {
	registry, err := f.openToChange(ctx, newReporter(s.err), "versions are changed in ZooKeeper: use -z HOST:PORT; a file of models is edited by hand")
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	limited, done := context.WithTimeout(ctx, registerTime)
	defer done()
	r := &changing{Registry: registry, by: cmp.Or(f.By, whoami()), at: time.Now().UTC().Truncate(time.Millisecond)}
	failed := change(limited, r)
	if err := f.tell(s, r.changes); err != nil {
		return err
	}
	var refused *refusal
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case errors.As(failed, &refused):
		fmt.Fprintln(s.err, "stellar:", terminal.Printable(failed.Error()))
		return errFailed
	}
	return failed
}

// refusal is a change that is not made, as something speaks against it.
type refusal struct{ reason string }

// Error implements error.
func (r *refusal) Error() string { return r.reason }

func refuse(format string, values ...any) error { return &refusal{fmt.Sprintf(format, values...)} }

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

func (f *changeFlags) tell(s *streams, changes []changed) error {
	if f.JSON {
		return writeJSON(s.out, append([]changed{}, changes...))
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

// change changes the release of a version, and keeps what it adds to the journal.
func (r *changing) change(ctx context.Context, model, v string, change func(*maas.Release) error) error {
	var noted []maas.Change
	err := r.ChangeRelease(ctx, model, v, func(release *maas.Release) error {
		before := len(release.Journal)
		if err := change(release); err != nil {
			return err
		}
		noted = release.Journal[min(before, len(release.Journal)):]
		return nil
	})
	if err != nil {
		return err
	}
	for _, n := range noted {
		r.changes = append(r.changes, changed{model, v, n})
	}
	return nil
}

// versionsOf returns the versions of a model.
func (r *changing) versionsOf(model string) ([]*version, error) {
	versions := slices.DeleteFunc(versionsIn(r.Snapshot()), func(v *version) bool { return v.Model != model })
	if len(versions) == 0 {
		return nil, refuse("%s", unknownModel(r.Snapshot(), model))
	}
	return versions, nil
}

// versionOf returns a version of a model.
func (r *changing) versionOf(model, name string) (*version, []*version, error) {
	versions, err := r.versionsOf(model)
	if err != nil {
		return nil, nil, err
	}
	var known []string
	for _, v := range versions {
		if v.Version == name {
			return v, versions, nil
		}
		known = append(known, v.Version)
	}
	return nil, nil, refuse("the model %s has no version %s, but %s", model, name, strings.Join(known, ", "))
}

// whole is the weight of a version that gets all calls.
const whole = 100

// promote routes all calls of a model to a version, and none to the others.
func (r *changing) promote(ctx context.Context, to *version, versions []*version) error {
	weight, nothing := whole, 0
	err := r.change(ctx, to.Model, to.Version, func(release *maas.Release) error {
		release.SetStage(maas.StageProduction, r.by, r.at)
		release.SetWeight(&weight, r.by, r.at)
		if release.Shadow {
			release.Note(maas.Change{At: r.at, By: r.by, What: "shadow", From: "true", To: "false"})
			release.Shadow = false
		}
		return nil
	})
	for _, v := range versions {
		if err != nil {
			return err
		}
		if v.Version == to.Version || v.Release == nil || v.Release.Stage != maas.StageProduction && v.Release.Weight == nil {
			continue
		}
		err = r.change(ctx, v.Model, v.Version, func(release *maas.Release) error {
			if release.Stage == maas.StageProduction {
				release.SetStage(maas.StageArchived, r.by, r.at)
			}
			release.SetWeight(&nothing, r.by, r.at)
			return nil
		})
	}
	return err
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

  stellar maas promote dga 2.0 -z zk1:2181
  stellar maas rollback dga -z zk1:2181`
}

// Run is called by the parser of the command line.
func (c *maasPromoteCommand) Run(ctx context.Context, s *streams) error {
	return c.do(ctx, s, func(ctx context.Context, r *changing) error {
		to, versions, err := r.versionOf(c.Name, c.Version)
		if err != nil {
			return err
		}
		if len(to.Instances) == 0 && !c.Force {
			return refuse("no instance of %s %s runs, so that its calls would fail; --force does it all the same", c.Name, c.Version)
		}
		return r.promote(ctx, to, versions)
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
	return c.do(ctx, s, func(ctx context.Context, r *changing) error {
		versions, err := r.versionsOf(c.Name)
		if err != nil {
			return err
		}
		var to *version
		var last time.Time
		for _, v := range versions {
			if v.Release == nil || v.Release.Stage == maas.StageProduction {
				continue
			}
			if at, ok := v.Release.Left(maas.StageProduction); ok && at.After(last) {
				to, last = v, at
			}
		}
		switch {
		case to == nil:
			return refuse("no version of %s was in production before", c.Name)
		case len(to.Instances) == 0 && !c.Force:
			return refuse("%s %s was in production until %s, but no instance of it runs any more; --force does it all the same",
				c.Name, to.Version, last.Format(time.RFC3339))
		}
		return r.promote(ctx, to, versions)
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
	return `The version gets the stage archived, and no calls but those that name it. Its instances go on running until they are stopped.`
}

// Run is called by the parser of the command line.
func (c *maasRetireCommand) Run(ctx context.Context, s *streams) error {
	return c.do(ctx, s, func(ctx context.Context, r *changing) error {
		of, _, err := r.versionOf(c.Name, c.Version)
		if err != nil {
			return err
		}
		if of.stage() == maas.StageProduction && !c.Force {
			return refuse("%s %s is in production: promote another version first; --force does it all the same", c.Name, c.Version)
		}
		nothing := 0
		return r.change(ctx, c.Name, c.Version, func(release *maas.Release) error {
			release.SetStage(maas.StageArchived, r.by, r.at)
			release.SetWeight(&nothing, r.by, r.at)
			return nil
		})
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
	type share struct {
		version string
		weight  *int
	}
	var shares []share
	for _, text := range c.Weights {
		v, of, ok := strings.Cut(text, "=")
		n, err := strconv.Atoi(of)
		switch {
		case ok && of == "none":
			shares = append(shares, share{v, nil})
		case !ok || err != nil || n < 0:
			return fmt.Errorf("%s must have the form VERSION=N, such as 2.0=10", text)
		default:
			shares = append(shares, share{v, &n})
		}
	}
	return c.do(ctx, s, func(ctx context.Context, r *changing) error {
		for _, of := range shares {
			v, _, err := r.versionOf(c.Name, of.version)
			if err != nil {
				return err
			}
			if of.weight != nil && *of.weight > 0 && len(v.Instances) == 0 {
				return refuse("no instance of %s %s runs, so that its calls would fail", c.Name, of.version)
			}
		}
		for _, of := range shares {
			if err := r.change(ctx, c.Name, of.version, func(release *maas.Release) error {
				release.SetWeight(of.weight, r.by, r.at)
				return nil
			}); err != nil {
				return err
			}
		}
		return nil
	})
}
