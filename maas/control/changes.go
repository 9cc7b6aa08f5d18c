package control

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/stellarlang/stellar/maas"
)

// Request is a wish for a deployment.
type Request struct {
	Spec
	// Package is the folder of the package on this machine. Model, Version and Owner may
	// be left out if the package says them.
	Package string `json:"package"`
	// Release says how the version is asked, in place of what is known; nil leaves that.
	Release *maas.Release `json:"-"`
	// Revision is that of the deployment as it was seen; 0 stands for any.
	Revision int64 `json:"revision,omitempty"`
}

// change changes the documents. Nothing is changed if f fails.
func (c *Controller) change(f func(*documents) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := c.documents.clone()
	next.revision++
	if err := f(next); err != nil {
		return err
	}
	if err := next.write(filepath.Join(c.options.Folder, documentsName)); err != nil {
		return fmt.Errorf("nothing was changed: %w", err)
	}
	c.documents = next
	c.look()
	return c.registry.say(next.releases)
}

// operate does what an operation does, in somebody's name.
func (c *Controller) operate(by string, force bool, f func(*maas.Operation) error) ([]maas.VersionChange, error) {
	o := &maas.Operation{By: by, At: now(), Force: force}
	if c.options.Shared != nil {
		o.Releases = c.options.Shared
		err := f(o)
		return o.Changes, err
	}
	err := c.change(func(d *documents) error {
		o.Releases = changing{d, c.registry}
		return f(o)
	})
	if err != nil {
		return nil, err
	}
	return o.Changes, nil
}

// Deploy has a version run. It returns before that is so: see Deployment. The only version
// of a model that is not archived goes into production, others get no calls until they
// are promoted or given a weight. Deploy fails with *maas.RefusedError if a replica is
// larger than the machine.
func (c *Controller) Deploy(ctx context.Context, by string, r Request) (Status, error) {
	to, digest, err := c.packages.copyIn(ctx, r.Package) // which may take long, and keeps no other one
	if err != nil {
		return Status{}, err
	}
	defer func() { _ = os.RemoveAll(to) }()
	c.packaging.Lock() // the package is not collected before the deployment stands
	defer c.packaging.Unlock()
	p, err := c.packages.keep(to, digest)
	if err != nil {
		return Status{}, err
	}
	spec := r.Spec
	spec.Model, spec.Version = cmp.Or(spec.Model, p.Name), cmp.Or(spec.Version, p.Version)
	if spec.Model == "" || spec.Version == "" {
		return Status{}, fmt.Errorf("%w: the model needs a name and a version, as they are not in its model.yaml", ErrInvalid)
	}
	if p.Card != nil {
		spec.Owner = cmp.Or(spec.Owner, p.Card.Owner)
	}
	if err := c.Check(spec); err != nil {
		return Status{}, err
	}
	card := &maas.Card{}
	if p.Card != nil {
		*card = *p.Card
	}
	card.Digest = digest
	o := &maas.Operation{By: by, At: now(), Force: true}
	if c.options.Shared != nil { // first: a version that does not run yet gets no calls
		o.Releases = c.options.Shared
		if err := say(ctx, o, spec, card, r); err != nil {
			return Status{}, err
		}
	}
	err = c.change(func(d *documents) error {
		if err := d.deploy(spec, digest, by, r.Revision); err != nil || c.options.Shared != nil {
			return err
		}
		o.Releases = changing{d, c.registry}
		return say(ctx, o, spec, card, r)
	})
	if err != nil {
		return Status{}, err
	}
	return c.Deployment(spec.Model, spec.Version)
}

// Check reports why a version could not be deployed so: it fails with ErrInvalid, or with
// *maas.RefusedError if a replica is larger than the machine.
func (c *Controller) Check(spec Spec) error {
	if err := spec.check(); err != nil {
		return err
	}
	if needs := spec.needs(); !needs.fitIn(c.machine) {
		return &maas.RefusedError{Reason: fmt.Sprintf("a replica needs %v, and there are only %v", needs, c.machine)}
	}
	return nil
}

// say says how a deployed version is asked, and which calls it gets.
func say(ctx context.Context, o *maas.Operation, spec Spec, card *maas.Card, r Request) error {
	alone := true
	for _, of := range o.Releases.Snapshot().Releases() {
		counts := of.Stage != maas.StageArchived && (of.Stage != "" || of.Weight != nil) // or else it is only known
		alone = alone && (of.Model != spec.Model || of.Version == spec.Version || !counts)
	}
	return o.Change(ctx, spec.Model, spec.Version, func(known *maas.Release) error {
		if r.Release != nil {
			kept := *known
			*known = *r.Release
			known.Journal, known.Stage, known.Weight = kept.Journal, cmp.Or(known.Stage, kept.Stage), cmp.Or(known.Weight, kept.Weight)
			if known.Aliases == nil {
				known.Aliases = kept.Aliases
			}
		}
		known.SetCard(card, o.By, o.At)
		all, nothing := 100, 0
		switch {
		case known.Shadow || known.Weight != nil && known.Stage != maas.StageArchived:
		case alone:
			known.SetStage(maas.StageProduction, o.By, o.At)
			known.SetWeight(&all, o.By, o.At)
		default:
			known.SetStage(maas.StageStaging, o.By, o.At)
			known.SetWeight(&nothing, o.By, o.At)
		}
		return nil
	})
}

// deploy makes or changes the deployment of a version.
func (d *documents) deploy(spec Spec, digest, by string, revision int64) error {
	known := d.deployment(spec.Model, spec.Version)
	if known == nil {
		if revision != 0 {
			return fmt.Errorf("%w: %s %s is not deployed any more", ErrConflict, spec.Model, spec.Version)
		}
		next := Deployment{Spec: spec, Digest: digest, Generation: 1, Created: now()}
		next.note(maas.Change{At: now(), By: by, What: "deployed", To: digest})
		d.put(next)
		return nil
	}
	if err := known.checkRevision(revision); err != nil {
		return err
	}
	next := *known
	next.Spec, next.Digest = spec, digest
	if known.Digest != digest || known.Memory != spec.Memory || known.CPUs != spec.CPUs || !maps.Equal(known.Environment, spec.Environment) {
		next.Generation++
		next.note(maas.Change{At: now(), By: by, What: "deployed", From: known.Digest, To: digest})
	}
	for _, of := range []struct{ what, from, to string }{
		{"replicas", fmt.Sprint(known.Replicas), fmt.Sprint(spec.Replicas)}, {"owner", known.Owner, spec.Owner},
	} {
		if of.from != of.to {
			next.note(maas.Change{At: now(), By: by, What: of.what, From: of.from, To: of.to})
		}
	}
	d.put(next)
	return nil
}

func (d *Deployment) checkRevision(seen int64) error {
	if seen != 0 && seen != d.Revision {
		return fmt.Errorf("%w: %s %s has the revision %d, not %d", ErrConflict, d.Model, d.Version, d.Revision, seen)
	}
	return nil
}

// alter changes a deployment. Revision is that which was seen, or 0.
func (c *Controller) alter(model, version string, revision int64, f func(*Deployment) error) (Status, error) {
	err := c.change(func(d *documents) error {
		known := d.deployment(model, version)
		if known == nil {
			return fmt.Errorf("%w: %s %s is not deployed", ErrUnknown, model, version)
		}
		if err := known.checkRevision(revision); err != nil {
			return err
		}
		next := *known
		if err := f(&next); err != nil {
			return err
		}
		d.put(next)
		return nil
	})
	if err != nil {
		return Status{}, err
	}
	return c.Deployment(model, version)
}

// Scale has another number of replicas run. Revision is that of the deployment as it was
// seen; 0 stands for any.
func (c *Controller) Scale(by, model, version string, replicas int, revision int64) (Status, error) {
	return c.alter(model, version, revision, func(d *Deployment) error {
		from := d.Replicas
		d.Replicas = replicas
		if err := d.check(); err != nil || from == replicas {
			return err
		}
		d.note(maas.Change{At: now(), By: by, What: "replicas", From: fmt.Sprint(from), To: fmt.Sprint(replicas)})
		return nil
	})
}

// Restart replaces all replicas. Each new one serves before the old one leaves, if there
// is room for both.
func (c *Controller) Restart(by, model, version string, revision int64) (Status, error) {
	return c.alter(model, version, revision, func(d *Deployment) error {
		d.note(maas.Change{At: now(), By: by, What: "restarted", From: fmt.Sprint(d.Generation), To: fmt.Sprint(d.Generation + 1)})
		d.Generation++
		return nil
	})
}

// Promote takes a version into production.
func (c *Controller) Promote(ctx context.Context, by, model, version string, force bool) ([]maas.VersionChange, error) {
	return c.operate(by, force, func(o *maas.Operation) error { return o.Promote(ctx, model, version) })
}

// Rollback takes the version back that was in production before.
func (c *Controller) Rollback(ctx context.Context, by, model string, force bool) ([]maas.VersionChange, error) {
	return c.operate(by, force, func(o *maas.Operation) error { return o.Rollback(ctx, model) })
}

// Divide divides the calls that name no version among versions.
func (c *Controller) Divide(ctx context.Context, by, model string, shares []maas.Share, force bool) ([]maas.VersionChange, error) {
	return c.operate(by, force, func(o *maas.Operation) error { return o.Divide(ctx, model, shares) })
}

// SetAlias has an alias stand for a version, and for no other one of the model. Without a
// version it stands for none any more.
func (c *Controller) SetAlias(ctx context.Context, by, model, alias, version string, force bool) ([]maas.VersionChange, error) {
	return c.operate(by, force, func(o *maas.Operation) error { return o.SetAlias(ctx, model, alias, version) })
}

// Import takes over what another registry says of versions.
func (c *Controller) Import(ctx context.Context, by string, all []maas.Release) ([]maas.VersionChange, error) {
	return c.operate(by, false, func(o *maas.Operation) error {
		for _, of := range all {
			if err := o.Import(ctx, of); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetCard writes the card of a version.
func (c *Controller) SetCard(ctx context.Context, by, model, version string, card *maas.Card) ([]maas.VersionChange, error) {
	return c.operate(by, false, func(o *maas.Operation) error { return o.SetCard(ctx, model, version, card) })
}

// Note notes in the journal of a version what somebody has done elsewhere.
func (c *Controller) Note(ctx context.Context, by, model, version, what, to string) ([]maas.VersionChange, error) {
	return c.operate(by, false, func(o *maas.Operation) error {
		return o.Change(ctx, model, version, func(r *maas.Release) error {
			r.Note(maas.Change{At: o.At, By: by, What: what, To: to})
			return nil
		})
	})
}

// Retire takes a version out of use, and ends its replicas.
func (c *Controller) Retire(ctx context.Context, by, model, version string, force bool) ([]maas.VersionChange, error) {
	o := &maas.Operation{By: by, At: now(), Force: force}
	if c.options.Shared != nil {
		o.Releases = c.options.Shared
		if err := o.Retire(ctx, model, version); err != nil {
			return nil, err
		}
	}
	err := c.change(func(d *documents) error {
		if c.options.Shared == nil {
			o.Releases = changing{d, c.registry}
			if err := o.Retire(ctx, model, version); err != nil {
				return err
			}
		}
		if known := d.deployment(model, version); known != nil {
			err := o.Change(ctx, model, version, func(r *maas.Release) error {
				r.Note(maas.Change{At: o.At, By: by, What: "replicas", From: fmt.Sprint(known.Replicas), To: "0"})
				return nil
			})
			d.remove(model, version)
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return o.Changes, nil
}
