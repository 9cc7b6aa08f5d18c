package models

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
)

// wish is a change of which versions get calls.
type wish struct {
	Do      string
	Version string
	Alias   string
	Shares  []maas.Share
	Force   bool
}

// readWish reads a change from a form. Weights are fields weight.VERSION.
func readWish(r *http.Request) (wish, error) {
	if err := r.ParseForm(); err != nil {
		return wish{}, fmt.Errorf("%w: the form cannot be read: %w", control.ErrInvalid, err)
	}
	c := wish{Do: r.Form.Get("do"), Version: r.Form.Get("version"), Alias: strings.TrimSpace(r.Form.Get("alias")), Force: r.Form.Get("force") == "yes"}
	for name, values := range r.Form {
		version, ok := strings.CutPrefix(name, "weight.")
		if !ok {
			continue
		}
		share := maas.Share{Version: version}
		if text := strings.TrimSpace(values[0]); text != "" {
			weight, err := strconv.Atoi(text)
			if err != nil || weight < 0 || weight > maas.MaxWeight {
				return wish{}, fmt.Errorf("%w: the weight of %.100s is %.20q, where a number from 0 to %d is wanted, or nothing", control.ErrInvalid, version, text, maas.MaxWeight)
			}
			share.Weight = &weight
		}
		c.Shares = append(c.Shares, share)
	}
	slices.SortFunc(c.Shares, func(a, b maas.Share) int { return maas.CompareVersions(b.Version, a.Version) })
	return c, nil
}

// confirmation is what is shown before a change is made.
type confirmation struct {
	Model   string
	Title   string
	Button  string
	Effects []string
	Danger  bool // no instance runs of what would get calls
	wish
	Seen string
}

// confirm names the effects of a change. It fails if there can be none.
func (m *modelView) confirm(w wish) (*confirmation, error) {
	c := &confirmation{Model: m.Model, wish: w, Seen: m.Seen}
	of := m.version(w.Version)
	if slices.Contains([]string{"promote", "retire", "stop", "reference"}, w.Do) {
		if of == nil {
			return nil, fmt.Errorf("%w: the model %s has no version %.100s", control.ErrUnknown, m.Model, w.Version)
		}
	}
	switch w.Do {
	case "promote":
		c.Title, c.Button = fmt.Sprintf("Promote %s %s", m.Model, of.Version), "Promote "+of.Version
		c.promote(m, of)
	case "rollback":
		if of = m.version(m.Before); of == nil {
			return nil, &maas.RefusedError{Reason: "no other version of " + m.Model + " was in production before"}
		}
		c.Title, c.Button = fmt.Sprintf("Roll back %s to %s", m.Model, of.Version), "Roll back to "+of.Version
		at, _ := of.Left(maas.StageProduction)
		c.say("%s was in production until %s.", of.Version, when(at))
		c.promote(m, of)
	case "retire":
		c.Title, c.Button = fmt.Sprintf("Retire %s %s", m.Model, of.Version), "Retire "+of.Version
		if len(of.Aliases) > 0 {
			c.Danger = true
			c.say("It is asked for as %s: such calls would fail. Give that alias to another version first.", strings.Join(of.Aliases, ", "))
		}
		if of.Stage == maas.StageProduction {
			c.Danger = true
			c.say("%s is in production: calls that name no version would fail. Promote another version first.", of.Version)
		} else if of.Share == 1 {
			c.Danger = true
			c.say("%s alone gets the calls that name no version: they would fail. Promote another version first.", of.Version)
		}
		c.say("%s becomes archived, and gets no calls any more that name no version.", of.Version)
		if of.Deployed && of.Wanted > 0 {
			c.say("The controller ends %s when what they were asked is answered. The package goes when nothing needs it; deploying it again brings it back.", count(of.Wanted, "replica"))
		}
	case "stop":
		c.Title, c.Button = fmt.Sprintf("End all replicas of %s %s", m.Model, of.Version), "End all replicas"
		c.say("The controller ends %s when what they were asked is answered. The version stays deployed, without any.", count(of.Wanted, "replica"))
		if of.Share == 1 {
			c.Danger = true
			c.say("%s alone gets the calls that name no version: they would fail. Promote another version first.", of.Version)
		}
	case "alias":
		return c, c.alias(m, w)
	case "reference":
		c.Title, c.Button = fmt.Sprintf("New reference for %s %s", m.Model, of.Version), "Begin a new reference"
		c.say("The answers of %s that come from now on are what later ones are compared with, in place of those before.", of.Version)
		c.say("Its light says nothing until there are enough of them. Do so if what answers are now is right.")
	case "weights":
		c.Title, c.Button = "Divide the calls of "+m.Model, "Change the weights"
		c.Shares = nil // but those that change: what stays is not looked at
		for _, share := range w.Shares {
			of := m.version(share.Version)
			if of == nil {
				return nil, fmt.Errorf("%w: the model %s has no version %.100s", control.ErrUnknown, m.Model, share.Version)
			}
			from, to := of.WeightText(), ""
			if share.Weight != nil {
				to = fmt.Sprint(*share.Weight)
			}
			if from == to {
				continue
			}
			c.Shares = append(c.Shares, share)
			c.Danger = c.Danger || share.Weight != nil && *share.Weight > 0 && of.Running == 0
			c.say("The weight of %s is %s, was %s.", share.Version, orNone(to), orNone(from))
		}
		if len(c.Effects) == 0 {
			return nil, &maas.RefusedError{Reason: "these are the weights that the versions have already"}
		}
		c.say("Calls that name no version are divided in proportion to the weights of the versions that run.")
		if c.Danger {
			c.say("A version with a weight has no instance that runs: it gets calls as soon as it has one.")
		}
		if m.Answered() && !m.weighed(c.Shares).Answered() {
			c.Danger = true
			c.say("No version that runs would have a weight above 0: calls that name no version would fail.")
		}
	default:
		return nil, fmt.Errorf("%w: there is no change %.40q, but promote, rollback, retire, stop, weights, alias and reference", control.ErrInvalid, w.Do)
	}
	return c, nil
}

// alias says what happens when an alias stands for a version, or for none.
func (c *confirmation) alias(m *modelView, w wish) error {
	if err := maas.CheckAlias(w.Alias); err != nil {
		return fmt.Errorf("%w: %w", control.ErrInvalid, err)
	}
	of, before := m.version(w.Version), ""
	for _, v := range m.Versions {
		if slices.Contains(v.Aliases, w.Alias) {
			before = v.Version
		}
	}
	switch {
	case w.Version == "" && before == "":
		return &maas.RefusedError{Reason: fmt.Sprintf("no version of %s has the alias %s", m.Model, w.Alias)}
	case w.Version == "":
		c.Title, c.Button = fmt.Sprintf("Remove the alias %s of %s", w.Alias, m.Model), "Remove "+w.Alias
		c.Danger = true
		c.say("Calls that ask for %s get %s now, and would fail.", w.Alias, before)
		return nil
	case of == nil:
		return fmt.Errorf("%w: the model %s has no version %.100s", control.ErrUnknown, m.Model, w.Version)
	case before == w.Version:
		return &maas.RefusedError{Reason: fmt.Sprintf("%s stands for %s %s already", w.Alias, m.Model, before)}
	}
	c.Title, c.Button = fmt.Sprintf("Call %s %s %s", m.Model, of.Version, w.Alias), "Call it "+w.Alias
	c.say("Calls that ask for %s get %s, whatever its stage and weight are; now they get %s.", w.Alias, of.Version, orNone(before))
	if of.Running == 0 {
		c.Danger = true
		c.say("No instance of it runs, so that these calls would fail.")
	}
	return nil
}

func (c *confirmation) say(format string, values ...any) {
	c.Effects = append(c.Effects, fmt.Sprintf(format, values...))
}

// promote says what happens when a version goes into production.
func (c *confirmation) promote(m *modelView, of *versionView) {
	c.say("%s goes into production, and gets all calls that name no version.", of.Version)
	if of.Running == 0 {
		c.Danger = true
		c.say("No instance of it runs, so that these calls would fail.")
	}
	for _, other := range m.Versions {
		switch {
		case other.Version == of.Version:
		case other.Stage == maas.StageProduction:
			c.say("%s is archived and gets no such calls. It keeps %s, so that a rollback takes no time.", other.Version, count(other.Running, "instance"))
		case other.Weight != nil && *other.Weight > 0:
			c.say("%s loses its weight of %d.", other.Version, *other.Weight)
		}
	}
}

// count returns a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// confirmChange shows what a change would do.
func (c *console) confirmChange(w http.ResponseWriter, r *http.Request, v visit) {
	m, err := c.view(r.PathValue("model"))
	if err == nil {
		var wanted wish
		if wanted, err = readWish(r); err == nil {
			var of *confirmation
			if of, err = m.confirm(wanted); err == nil {
				c.render(w, r, http.StatusOK, "confirm", v, of)
				return
			}
		}
	}
	c.fail(w, r, v, status(err), err)
}

// errSeen says that a change was decided on what is not so any more.
var errSeen = fmt.Errorf("%w since you looked, and nothing was changed; look at the model again", control.ErrConflict)

// change makes a change that was confirmed.
func (c *console) change(w http.ResponseWriter, r *http.Request, v visit) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	model := r.PathValue("model")
	changes, err := c.makeChange(r, v, model)
	if err != nil {
		c.fail(w, r, v, status(err), err)
		return
	}
	c.done(w, r, modelPath(model), "Done. %s.", changesText(changes))
}

func (c *console) makeChange(r *http.Request, v visit, model string) ([]maas.VersionChange, error) {
	wanted, err := readWish(r)
	if err != nil {
		return nil, err
	}
	if wanted.Force && v.Role < Admin {
		return nil, &maas.RefusedError{Reason: "only an admin forces a change"}
	}
	m, err := c.view(model)
	if err != nil {
		return nil, err
	}
	if m.Seen != r.PostForm.Get("seen") {
		return nil, errSeen
	}
	ctx, cancel := context.WithTimeout(r.Context(), changeTime)
	defer cancel()
	switch wanted.Do {
	case "promote":
		return told(c.Controller.Promote(ctx, v.by(), model, wanted.Version, wanted.Force))
	case "rollback":
		return told(c.Controller.Rollback(ctx, v.by(), model, wanted.Force))
	case "retire":
		return told(c.Controller.Retire(ctx, v.by(), model, wanted.Version, wanted.Force))
	case "stop":
		return c.stop(v, m, wanted)
	case "alias":
		if wanted.Version == "" && !wanted.Force {
			return nil, &maas.RefusedError{Reason: "calls that ask for " + wanted.Alias + " would fail"}
		}
		return told(c.Controller.SetAlias(ctx, v.by(), model, wanted.Alias, wanted.Version, wanted.Force))
	case "reference":
		if m.version(wanted.Version) == nil || c.Monitor == nil {
			return nil, fmt.Errorf("%w: nothing was measured of %s %.100s", control.ErrUnknown, model, wanted.Version)
		}
		c.Monitor.Renew(model, wanted.Version)
		return c.Controller.Note(ctx, v.by(), model, wanted.Version, "reference of drift", "begun anew")
	case "weights":
		return told(c.Controller.Divide(ctx, v.by(), model, wanted.Shares, wanted.Force))
	}
	return nil, fmt.Errorf("%w: there is no change %.40q", control.ErrInvalid, wanted.Do)
}

// stop ends all replicas of a version.
func (c *console) stop(v visit, m *modelView, w wish) ([]maas.VersionChange, error) {
	of := m.version(w.Version)
	if of == nil {
		return nil, fmt.Errorf("%w: the model %s has no version %.100s", control.ErrUnknown, m.Model, w.Version)
	}
	if of.Share == 1 && !w.Force {
		return nil, &maas.RefusedError{Reason: fmt.Sprintf("%s %s alone gets the calls that name no version, which would fail: promote another version first", m.Model, of.Version)}
	}
	if _, err := c.Controller.Scale(v.by(), m.Model, of.Version, 0, 0); err != nil {
		return nil, err
	}
	return []maas.VersionChange{{Model: m.Model, Version: of.Version, Change: maas.Change{What: "replicas", From: fmt.Sprint(of.Wanted), To: "0"}}}, nil
}

// told words what commands say of their flags for people at a page.
func told(changes []maas.VersionChange, err error) ([]maas.VersionChange, error) {
	var refused *maas.RefusedError
	if errors.As(err, &refused) {
		reason, _, _ := strings.Cut(refused.Reason, "; --force ")
		return nil, &maas.RefusedError{Reason: reason}
	}
	return changes, err
}

// by returns the name of the user for journals.
func (v visit) by() string { return v.Name + " (console)" }
