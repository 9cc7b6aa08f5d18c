package maas

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Releases is a registry in which what is said of versions can be changed.
type Releases interface {
	Snapshot() *Snapshot
	// ChangeRelease changes the release of a version. Change gets the present one, or
	// one that says nothing, and is called again if another one is written meanwhile.
	// An error of change is wrapped, and nothing is written.
	ChangeRelease(ctx context.Context, model, version string, change func(*Release) error) error
}

// Operation changes releases in somebody's name.
type Operation struct {
	Releases Releases
	By       string // for the journals
	At       time.Time
	Force    bool // does what is refused otherwise, as calls could fail

	Changes []VersionChange // that were made
}

// VersionChange is a change of a version.
type VersionChange struct {
	Model   string `json:"model"`
	Version string `json:"version"`
	Change
}

// RefusedError says why an operation is not done.
type RefusedError struct{ Reason string }

// Error returns the reason.
func (e *RefusedError) Error() string { return e.Reason }

func refused(format string, values ...any) error {
	return &RefusedError{fmt.Sprintf(format, values...)}
}

// Share is the weight of a version, nil for none.
type Share struct {
	Version string `json:"version"`
	Weight  *int   `json:"weight"`
}

// whole is the weight of a version that gets all calls.
const whole = 100

// Promote takes a version into production: first it gets all calls that name no version,
// then the others lose them.
func (o *Operation) Promote(ctx context.Context, model, version string) error {
	known, err := o.known(model, version)
	if err != nil {
		return err
	}
	if !known.runs(version) && !o.Force {
		return refused("no instance of %s %s runs, so that its calls would fail; --force does it all the same", model, version)
	}
	return o.promote(ctx, model, version, known)
}

func (o *Operation) promote(ctx context.Context, model, version string, known versions) error {
	weight, nothing := whole, 0
	err := o.Change(ctx, model, version, func(r *Release) error {
		r.SetStage(StageProduction, o.By, o.At)
		r.SetWeight(&weight, o.By, o.At)
		if r.Shadow {
			r.Note(Change{At: o.At, By: o.By, What: "shadow", From: "true", To: "false"})
			r.Shadow = false
		}
		return nil
	})
	for _, other := range known.released {
		if err != nil {
			return err
		}
		if other.Version == version || other.Stage != StageProduction && other.Weight == nil {
			continue
		}
		err = o.Change(ctx, model, other.Version, func(r *Release) error {
			if r.Stage == StageProduction {
				r.SetStage(StageArchived, o.By, o.At)
			}
			r.SetWeight(&nothing, o.By, o.At)
			return nil
		})
	}
	return err
}

// Rollback promotes the version that was in production before, by the journals.
func (o *Operation) Rollback(ctx context.Context, model string) error {
	known, err := o.known(model, "")
	if err != nil {
		return err
	}
	version, last := "", time.Time{}
	for _, r := range known.released {
		if r.Stage == StageProduction {
			continue
		}
		if at, ok := r.Left(StageProduction); ok && at.After(last) {
			version, last = r.Version, at
		}
	}
	switch {
	case version == "":
		return refused("no version of %s was in production before", model)
	case !known.runs(version) && !o.Force:
		return refused("%s %s was in production until %s, but no instance of it runs any more; --force does it all the same",
			model, version, last.Format(time.RFC3339))
	}
	return o.promote(ctx, model, version, known)
}

// Retire takes a version out of use: it gets no calls but those that name it.
func (o *Operation) Retire(ctx context.Context, model, version string) error {
	known, err := o.known(model, version)
	if err != nil {
		return err
	}
	if known.stage(version) == StageProduction && !o.Force {
		return refused("%s %s is in production: promote another version first; --force does it all the same", model, version)
	}
	for _, r := range known.released {
		if r.Version == version && len(r.Aliases) > 0 && known.runs(version) && !o.Force {
			return refused("%s %s is asked for as %s: give that alias to another version first; --force does it all the same", model, version, strings.Join(r.Aliases, ", "))
		}
	}
	nothing, all := 0, whole
	weights := known.weights()
	if _, runs := weights[version]; runs && gets(weights) {
		weighed := isWeighed(weights)
		heir := newest(weights, version)
		weights[version] = &nothing
		switch {
		case !weighed && heir != "": // its weight of 0 would leave those without one without calls
			if err := o.Change(ctx, model, heir, func(r *Release) error {
				r.SetWeight(&all, o.By, o.At)
				return nil
			}); err != nil {
				return err
			}
		case !gets(weights) && !o.Force:
			return refused("%s %s alone gets the calls that name no version: promote another version first; --force does it all the same", model, version)
		}
	}
	return o.Change(ctx, model, version, func(r *Release) error {
		r.SetStage(StageArchived, o.By, o.At)
		r.SetWeight(&nothing, o.By, o.At)
		return nil
	})
}

// Divide divides the calls that name no version among versions.
func (o *Operation) Divide(ctx context.Context, model string, shares []Share) error {
	var weights map[string]*int
	answered := false
	for _, of := range shares {
		known, err := o.known(model, of.Version)
		if err != nil {
			return err
		}
		if of.Weight != nil && *of.Weight > 0 && !known.runs(of.Version) && !o.Force {
			return refused("no instance of %s %s runs, so that its calls would fail", model, of.Version)
		}
		if weights == nil {
			weights = known.weights()
			answered = gets(weights)
		}
		if _, runs := weights[of.Version]; runs {
			weights[of.Version] = of.Weight
		}
	}
	if answered && !gets(weights) && !o.Force {
		return refused("no version of %s that runs would have a weight above 0, so that calls that name no version would fail", model)
	}
	for _, of := range shares {
		if err := o.Change(ctx, model, of.Version, func(r *Release) error {
			r.SetWeight(of.Weight, o.By, o.At)
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// SetAlias has an alias stand for a version, and for no other one of the model. Without a
// version it stands for none any more.
func (o *Operation) SetAlias(ctx context.Context, model, alias, version string) error {
	if err := CheckAlias(alias); err != nil {
		return &RefusedError{err.Error()}
	}
	known, err := o.known(model, version)
	if err != nil {
		return err
	}
	from := known.aliased(alias)
	switch {
	case version == "" && from == "":
		return refused("no version of %s has the alias %s", model, alias)
	case version != "" && !known.runs(version) && !o.Force:
		return refused("no instance of %s %s runs, so that calls of %s would fail; --force does it all the same", model, version, alias)
	}
	return o.moveAlias(ctx, model, alias, from, version, known)
}

// moveAlias gives an alias to a version, unless that is "", and takes it from others.
func (o *Operation) moveAlias(ctx context.Context, model, alias, from, version string, known versions) error {
	if version != "" {
		if err := o.Change(ctx, model, version, func(r *Release) error {
			if slices.Contains(r.Aliases, alias) {
				return nil
			}
			if len(r.Aliases) == maxAliases {
				return refused("%s %s has %d aliases already", model, version, maxAliases)
			}
			r.Aliases = append(slices.Clone(r.Aliases), alias)
			r.Note(Change{At: o.At, By: o.By, What: "alias " + alias, From: from, To: version})
			return nil
		}); err != nil {
			return err
		}
	}
	for _, other := range known.released { // after it: in between the newer one has it
		if other.Version == version || !slices.Contains(other.Aliases, alias) {
			continue
		}
		if err := o.Change(ctx, model, other.Version, func(r *Release) error {
			r.Aliases = slices.DeleteFunc(slices.Clone(r.Aliases), func(name string) bool { return name == alias })
			r.Note(Change{At: o.At, By: o.By, What: "alias " + alias, From: other.Version, To: version})
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// Import takes over what another registry says of a version: its card and aliases, and of a
// version that is not known here its protocol and schema, too, and its stage, unless another
// version is in production. The version need not run.
func (o *Operation) Import(ctx context.Context, of Release) error {
	var known versions // of which there may be none
	for _, r := range o.Releases.Snapshot().Releases() {
		if r.Model == of.Model {
			known.released = append(known.released, r)
		}
	}
	is := func(test func(Release) bool) bool { return slices.ContainsFunc(known.released, test) }
	isNew := !is(func(r Release) bool { return r.Version == of.Version })
	if of.Stage == StageProduction && is(func(r Release) bool { return r.Stage == StageProduction }) {
		of.Stage = ""
	}
	if err := o.Change(ctx, of.Model, of.Version, func(r *Release) error {
		if of.Card != nil {
			card := *of.Card
			if r.Card != nil && card.Digest == "" {
				card.Digest = r.Card.Digest
			}
			r.SetCard(&card, o.By, o.At)
		}
		if isNew {
			r.Protocol, r.RemoteName, r.RemoteVersion, r.Inputs, r.Outputs = of.Protocol, of.RemoteName, of.RemoteVersion, of.Inputs, of.Outputs
			r.SetStage(of.Stage, o.By, o.At)
		}
		return nil
	}); err != nil {
		return err
	}
	for _, alias := range of.Aliases {
		if err := o.moveAlias(ctx, of.Model, alias, known.aliased(alias), of.Version, known); err != nil {
			return err
		}
	}
	return nil
}

// SetCard writes the card of a version.
func (o *Operation) SetCard(ctx context.Context, model, version string, card *Card) error {
	return o.Change(ctx, model, version, func(r *Release) error {
		r.SetCard(card, o.By, o.At)
		return nil
	})
}

// Change changes a release, and keeps what that adds to its journal.
func (o *Operation) Change(ctx context.Context, model, version string, change func(*Release) error) error {
	var noted []Change
	err := o.Releases.ChangeRelease(ctx, model, version, func(r *Release) error {
		before := len(r.Journal)
		full := before == maxChanges
		if err := change(r); err != nil {
			return err
		}
		noted = r.Journal[min(before, len(r.Journal)):]
		if full { // the oldest have gone
			noted = slices.DeleteFunc(slices.Clone(r.Journal), func(c Change) bool { return !c.At.Equal(o.At) || c.By != o.By })
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, n := range noted {
		o.Changes = append(o.Changes, VersionChange{model, version, n})
	}
	return nil
}

// versions are those of a model.
type versions struct {
	released []Release
	running  map[string]bool
}

// weights returns those of the versions that run and are no shadows.
func (v versions) weights() map[string]*int {
	weights := make(map[string]*int)
	for version := range v.running {
		weights[version] = nil
	}
	for _, r := range v.released {
		if !v.running[r.Version] {
			continue
		}
		if weights[r.Version] = r.Weight; r.Shadow {
			delete(weights, r.Version)
		}
	}
	return weights
}

// isWeighed reports whether calls are divided by weights, as one of the versions has one.
func isWeighed(weights map[string]*int) bool {
	for _, weight := range weights {
		if weight != nil {
			return true
		}
	}
	return false
}

// gets reports whether one of the versions gets calls that name none.
func gets(weights map[string]*int) bool {
	for _, weight := range weights {
		if weight != nil && *weight > 0 {
			return true
		}
	}
	return len(weights) > 0 && !isWeighed(weights)
}

// newest returns the newest version but one, "" if there is no other.
func newest(weights map[string]*int, but string) (found string) {
	for version := range weights {
		if version != but && (found == "" || CompareVersions(version, found) > 0) {
			found = version
		}
	}
	return found
}

// aliased returns the version that has an alias, "" if none has.
func (v versions) aliased(alias string) (version string) {
	for _, r := range v.released {
		if slices.Contains(r.Aliases, alias) {
			version = r.Version
		}
	}
	return version
}

func (v versions) runs(version string) bool { return v.running[version] }

func (v versions) stage(version string) string {
	for _, r := range v.released {
		if r.Version == version {
			return r.Stage
		}
	}
	return ""
}

// known returns the versions of a model. It fails unless that version is one; "" is any.
func (o *Operation) known(model, version string) (versions, error) {
	s := o.Releases.Snapshot()
	v := versions{running: make(map[string]bool)}
	var names []string
	for _, r := range s.Releases() {
		if r.Model == model {
			v.released = append(v.released, r)
			names = append(names, r.Version)
		}
	}
	for _, i := range s.Instances(model) {
		v.running[i.Version] = true
		names = append(names, i.Version)
	}
	slices.SortFunc(names, func(a, b string) int { return CompareVersions(b, a) })
	names = slices.Compact(names)
	switch {
	case len(names) == 0:
		return v, refused("%s", s.UnknownModel(model))
	case version != "" && !slices.Contains(names, version):
		return v, refused("the model %s has no version %s, but %s", model, version, strings.Join(names, ", "))
	}
	return v, nil
}

// UnknownModel says, for people, that no model of a name is known, and which ones are.
func (s *Snapshot) UnknownModel(name string) string {
	const most = 10
	known := s.names
	text := fmt.Sprintf("no model %q is known", name)
	switch {
	case len(known) > most:
		text += fmt.Sprintf("; known are %s and %d others", strings.Join(known[:most], ", "), len(known)-most)
	case len(known) > 0:
		text += "; known are " + strings.Join(known, ", ")
	}
	return text
}
