package maas_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

// memory is a registry in memory whose releases can be changed.
type memory struct{ maas.Memory }

func (m *memory) ChangeRelease(ctx context.Context, model, version string, change func(*maas.Release) error) error {
	next := maas.Release{Model: model, Version: version}
	for _, r := range m.Snapshot().Releases() {
		if r.Version == version {
			next = r
		}
	}
	if err := change(&next); err != nil {
		return err
	}
	return m.PutRelease(ctx, next)
}

// What would leave the calls that name no version without an answer is refused, and what
// is done leaves them one.
func TestCallsKeepAVersion(t *testing.T) {
	divide := func(shares ...maas.Share) func(context.Context, *maas.Operation) error {
		return func(ctx context.Context, o *maas.Operation) error { return o.Divide(ctx, "m", shares) }
	}
	retire := func(version string) func(context.Context, *maas.Operation) error {
		return func(ctx context.Context, o *maas.Operation) error { return o.Retire(ctx, "m", version) }
	}
	for name, c := range map[string]struct {
		weights map[string]*int // of the versions that run
		do      func(context.Context, *maas.Operation) error
		answers string // the version that answers afterwards
		refused string
	}{
		"all weights 0":                     {map[string]*int{"1": weight(100), "2": weight(0)}, divide(maas.Share{Version: "1", Weight: weight(0)}), "1", "no version of m that runs would have a weight above 0, so that calls that name no version would fail"},
		"the only weight 0":                 {map[string]*int{"1": nil}, divide(maas.Share{Version: "1", Weight: weight(0)}), "1", "no version of m that runs would have a weight above 0, so that calls that name no version would fail"},
		"moved":                             {map[string]*int{"1": weight(100), "2": weight(0)}, divide(maas.Share{Version: "1", Weight: weight(0)}, maas.Share{Version: "2", Weight: weight(5)}), "2", ""},
		"no weights":                        {map[string]*int{"1": weight(100), "2": weight(0)}, divide(maas.Share{Version: "1"}, maas.Share{Version: "2"}), "2", ""},
		"retire the only one with a weight": {map[string]*int{"1": weight(0), "2": weight(100)}, retire("2"), "2", "m 2 alone gets the calls that name no version: promote another version first; --force does it all the same"},
		"retire the only one":               {map[string]*int{"1": nil}, retire("1"), "1", "m 1 alone gets the calls that name no version: promote another version first; --force does it all the same"},
		"retire one without calls":          {map[string]*int{"1": weight(100), "2": weight(0)}, retire("2"), "1", ""},
		"retire without weights":            {map[string]*int{"1": nil, "2": nil, "3": nil}, retire("3"), "2", ""},
		"retire an old one without weights": {map[string]*int{"1": nil, "2": nil}, retire("1"), "2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := &memory{}
			for version, weight := range c.weights {
				require.NoError(t, m.PutRelease(t.Context(), maas.Release{Model: "m", Version: version, Weight: weight}))
				require.NoError(t, m.Register(t.Context(), maas.Instance{Model: "m", Version: version, ID: version, URL: "http://" + version}))
			}
			answering := func() string {
				return strings.Join(slices.Sorted(maps.Keys(pickedOf(newClientOf(t, m, maas.Options{}), "m", ""))), " ")
			}
			err := c.do(t.Context(), &maas.Operation{Releases: m, By: "ann", At: time.Unix(1, 0)})
			if c.refused != "" {
				var refused *maas.RefusedError
				require.True(t, errors.As(err, &refused), "%v", err)
				require.Equal(t, c.refused, refused.Reason)
			} else {
				require.NoError(t, err)
			}
			require.Equal(t, c.answers, answering())
			if c.refused != "" {
				require.NoError(t, c.do(t.Context(), &maas.Operation{Releases: m, By: "ann", At: time.Unix(1, 0), Force: true}))
				require.Empty(t, answering())
			}
		})
	}
}

// An alias stands for one version; the changes are in the journals of both.
func TestAlias(t *testing.T) {
	m := &memory{}
	for _, version := range []string{"1", "2", "3"} {
		require.NoError(t, m.PutRelease(t.Context(), maas.Release{Model: "m", Version: version}))
		if version != "3" {
			require.NoError(t, m.Register(t.Context(), maas.Instance{Model: "m", Version: version, ID: version, URL: "http://" + version}))
		}
	}
	do := func(force bool, f func(o *maas.Operation) error) (told []string, refused string) {
		o := &maas.Operation{Releases: m, By: "ann", At: time.Unix(1, 0), Force: force}
		if err := f(o); err != nil {
			refused = err.Error()
		}
		for _, c := range o.Changes {
			told = append(told, c.Version+": "+c.What+" from "+c.From+" to "+c.To)
		}
		return told, refused
	}
	alias := func(name, version string) func(o *maas.Operation) error {
		return func(o *maas.Operation) error { return o.SetAlias(t.Context(), "m", name, version) }
	}
	answers := func() string {
		return strings.Join(slices.Sorted(maps.Keys(pickedOf(newClientOf(t, m, maas.Options{}), "m", "stable"))), " ")
	}
	told, refused := do(false, alias("stable", "1"))
	require.Equal(t, []string{"1: alias stable from  to 1"}, told)
	require.Empty(t, refused)
	require.Equal(t, "1", answers())
	told, _ = do(false, alias("stable", "1"))
	require.Empty(t, told)
	told, _ = do(false, alias("stable", "2"))
	require.Equal(t, []string{"2: alias stable from 1 to 2", "1: alias stable from 1 to 2"}, told)
	require.Equal(t, "2", answers())
	for _, c := range []struct {
		do   func(o *maas.Operation) error
		want string
	}{
		{alias("stable", "3"), "no instance of m 3 runs, so that calls of stable would fail; --force does it all the same"},
		{alias("stable", "4"), "the model m has no version 4, but 3, 2, 1"},
		{alias("production", "1"), "production cannot be an alias: it stands for something else"},
		{alias(">1", "1"), `the alias ">1" must begin with a letter and have at most 64 letters, digits, points, - and _`},
		{alias("other", ""), "no version of m has the alias other"},
		{func(o *maas.Operation) error { return o.Retire(t.Context(), "m", "2") }, "m 2 is asked for as stable: give that alias to another version first; --force does it all the same"},
	} {
		_, refused := do(false, c.do)
		require.Equal(t, c.want, refused)
	}
	require.True(t, (&maas.Release{Aliases: []string{"stable"}}).Matches([]string{"alias:stable"}))
	told, _ = do(false, alias("stable", ""))
	require.Equal(t, []string{"2: alias stable from 2 to "}, told)
	require.Empty(t, answers())
	_, refused = do(true, alias("stable", "3"))
	require.Empty(t, refused)
}
