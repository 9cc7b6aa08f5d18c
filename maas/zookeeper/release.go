package zookeeper

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas"
)

// PutRelease writes the document of a version of a model, whether or not it has
// instances. Members of an older document that mean nothing here are kept, but for those
// that release has in Others. If others write at the same time, the last one wins;
// ChangeRelease lets no change be lost. It takes ten seconds at most.
func (r *Registry) PutRelease(ctx context.Context, release maas.Release) error {
	return r.editRelease(ctx, "put", release.Model, release.Version, func(old maas.Release) (maas.Release, error) {
		others, err := mergeMembers(old.Others, release.Others)
		next := release
		next.Format, next.Others = cmp.Or(release.Format, old.Format), others
		return next, err
	})
}

// ChangeRelease changes the document of a version of a model. Change gets the present
// one, or one that says nothing if there is none or it is malformed; it is called again
// if another document is written meanwhile. An error of change is returned, and nothing
// is written. ChangeRelease takes ten seconds at most.
func (r *Registry) ChangeRelease(ctx context.Context, model, version string, change func(*maas.Release) error) error {
	return r.editRelease(ctx, "change", model, version, func(old maas.Release) (maas.Release, error) {
		next := old
		err := change(&next)
		next.Model, next.Version = model, version
		return next, err
	})
}

// DeleteRelease deletes the document of a version of a model. It is no error if there
// was none. It takes ten seconds at most.
func (r *Registry) DeleteRelease(ctx context.Context, model, version string) error {
	what := fmt.Sprintf("delete release %s/%s", model, version)
	if _, err := (maas.Release{Model: model, Version: version}).Document(); err != nil {
		return fmt.Errorf("zookeeper: %s: %w", what, err)
	}
	return r.write(ctx, what, func(at roots) error {
		path, err := at.release(model, version)
		if err == nil {
			err = r.nodes.delete(path, -1)
		}
		if errors.Is(err, zk.ErrNoNode) {
			return nil
		}
		return err
	})
}

// editRelease writes what edit makes of the present document, unless there is another
// one meanwhile: then it begins anew.
func (r *Registry) editRelease(ctx context.Context, verb, model, version string, edit func(old maas.Release) (maas.Release, error)) error {
	what := fmt.Sprintf("%s release %s/%s", verb, model, version)
	if _, err := (maas.Release{Model: model, Version: version}).Document(); err != nil {
		return fmt.Errorf("zookeeper: %s: %w", what, err)
	}
	var refusal error // of edit, whatever it is: it must not pass for one of the connection
	err := r.write(ctx, what, func(at roots) error {
		path, err := at.release(model, version)
		for err == nil {
			err = r.editNode(path, model, version, func(old maas.Release) (next maas.Release, err error) {
				next, err = edit(old)
				refusal = err
				return next, err
			})
			if refusal != nil {
				return nil
			}
			if !isOvertaken(err) {
				return err
			}
			err = ctx.Err()
		}
		return err
	})
	if err == nil && refusal != nil {
		err = fmt.Errorf("zookeeper: %s: %w", what, refusal)
	}
	return err
}

func (r *Registry) editNode(path, model, version string, edit func(old maas.Release) (maas.Release, error)) error {
	data, stat, err := r.nodes.get(path)
	missing := errors.Is(err, zk.ErrNoNode)
	if err != nil && !missing {
		return err
	}
	old, malformed := maas.ParseRelease(model, version, data)
	if malformed != nil {
		old = maas.Release{Model: model, Version: version, Others: old.Others}
	}
	next, err := edit(old)
	if err != nil {
		return err
	}
	document, err := next.Document()
	if err == nil && len(document) > maxNode {
		err = fmt.Errorf("the document takes %d bytes, at most %d are allowed", len(document), maxNode)
	}
	switch {
	case err != nil:
		return err
	case missing:
		return r.create(path, document, zk.FlagPersistent)
	}
	return r.nodes.set(path, document, stat.Version)
}

// isOvertaken reports whether somebody else wrote a node first.
func isOvertaken(err error) bool {
	return errors.Is(err, zk.ErrBadVersion) || errors.Is(err, zk.ErrNodeExists) || errors.Is(err, zk.ErrNoNode)
}

// release returns where the document of a version stands.
func (at roots) release(model, version string) (string, error) {
	if at.releases == "" {
		return "", fmt.Errorf("releases have no root beside %s", at.instances)
	}
	return at.releases + "/" + model + "/" + version, nil
}

// mergeMembers returns the members of two JSON objects, either of which may be missing.
// If both have one, that of the second holds.
func mergeMembers(first, second jsontext.Value) (jsontext.Value, error) {
	members := make(map[string]jsontext.Value)
	for _, object := range []jsontext.Value{first, second} {
		if len(object) == 0 {
			continue
		}
		var more map[string]jsontext.Value
		if err := json.Unmarshal(object, &more); err != nil {
			return nil, fmt.Errorf("%w: %w", maas.ErrRelease, err)
		}
		maps.Copy(members, more)
	}
	if len(members) == 0 {
		return nil, nil
	}
	return json.Marshal(members, json.Deterministic(true))
}
