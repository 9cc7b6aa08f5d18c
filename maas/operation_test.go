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
