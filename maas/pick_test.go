package maas_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

// ids returns the IDs of the instances that are picked, which are all of model m.
func ids(t *testing.T, c *maas.Client, instances []maas.Instance, version string) map[string]bool {
	return picked(t, c, instances, nil, version)
}

func picked(t *testing.T, c *maas.Client, instances []maas.Instance, compare func(a, b string) int, version string) map[string]bool {
	complete := slices.Clone(instances)
	for n := range complete {
		i := &complete[n]
		i.Model, i.Version, i.URL = "m", cmp.Or(i.Version, "1.0"), cmp.Or(i.URL, "http://"+i.ID)
	}
	known, err := maas.NewSnapshot(complete, nil, compare)
	require.NoError(t, err)
	chosen := map[string]bool{}
	for range 200 {
		if i, ok := c.Pick(known, "m", version); ok {
			chosen[i.ID] = true
		}
	}
	return chosen
}

func TestPick(t *testing.T) {
	instances := []maas.Instance{
		{ID: "old", Version: "9.0"}, {ID: "new1", Version: "10.0"}, {ID: "rc", Version: "10.0-rc1"},
		{ID: "new2", Version: "10"}, {ID: "older", Version: "1.0"}, {ID: "next", Version: "11.0-rc1"},
	}
	c := newClient(t, maas.Options{})
	require.Equal(t, map[string]bool{"new1": true, "new2": true}, ids(t, c, instances, ""))
	require.Equal(t, map[string]bool{"new1": true}, ids(t, c, instances, "10.0"))
	require.Equal(t, map[string]bool{"older": true}, ids(t, c, instances, "1.0"))
	require.Empty(t, ids(t, c, instances, "2.0"))
	require.Empty(t, ids(t, c, nil, ""))

	require.Equal(t, map[string]bool{"old": true}, picked(t, c, instances, strings.Compare, ""))
}

// TestPreReleases: one is picked only if it is asked for, or if there is nothing
// else.
func TestPreReleases(t *testing.T) {
	c := newClient(t, maas.Options{})
	instances := []maas.Instance{
		{ID: "rc1", Version: "2.0-rc1"}, {ID: "rc2", Version: "2.0-rc2"}, {ID: "release", Version: "1.0"},
	}
	require.Equal(t, map[string]bool{"release": true}, ids(t, c, instances, ""))
	require.Equal(t, map[string]bool{"rc1": true}, ids(t, c, instances, "2.0-rc1"))
	require.Equal(t, map[string]bool{"rc2": true}, ids(t, c, instances[:2], ""))
}

func TestPickAvoidsFailed(t *testing.T) {
	down, up := answer(t, 200, `{}`), answer(t, 200, `{}`)
	down.Close()
	instances := []maas.Instance{
		{ID: "down", Version: "1.0", URL: down.URL}, {ID: "up", Version: "1.0", URL: up.URL},
		{ID: "old", Version: "0.9", URL: up.URL},
	}
	c := newClient(t, maas.Options{})
	require.Len(t, ids(t, c, instances, ""), 2)
	_, err := c.Call(t.Context(), dga(down, nil))
	require.Error(t, err)
	require.Equal(t, map[string]bool{"up": true}, ids(t, c, instances, ""))
	require.Equal(t, map[string]bool{"down": true}, ids(t, c, instances[:1], ""), "better than none")
}

func TestWhatCountsAgainstAnInstance(t *testing.T) {
	for name, test := range map[string]struct {
		status  int
		body    string
		avoided bool
	}{
		"server error": {500, "", true},
		"unavailable":  {503, "", true},
		"not found":    {404, "", false},
		"bad request":  {400, "", false},
		"redirect":     {301, "", false},
		"not JSON":     {200, "dga", false},
		"answer":       {200, `{}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := answer(t, test.status, test.body)
			c := newClient(t, maas.Options{})
			_, _ = c.Call(t.Context(), dga(s, nil))
			chosen := ids(t, c, []maas.Instance{{ID: "it", URL: s.URL}, {ID: "other", URL: "http://other"}}, "")
			require.Equal(t, !test.avoided, chosen["it"])
		})
	}
}
