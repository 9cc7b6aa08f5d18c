package maas_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

func ids(c *maas.Client, instances []maas.Instance, version string) map[string]bool {
	chosen := map[string]bool{}
	for range 200 {
		if i, ok := c.Choose(instances, version); ok {
			chosen[i.ID] = true
		}
	}
	return chosen
}

func TestChoose(t *testing.T) {
	instances := []maas.Instance{
		{ID: "old", Version: "9.0"}, {ID: "new1", Version: "10.0"}, {ID: "rc", Version: "10.0-rc1"},
		{ID: "new2", Version: "10"}, {ID: "older", Version: "1.0"},
	}
	c := maas.NewClient(maas.Options{})
	require.Equal(t, map[string]bool{"new1": true, "new2": true}, ids(c, instances, ""))
	require.Equal(t, map[string]bool{"new1": true}, ids(c, instances, "10.0"))
	require.Equal(t, map[string]bool{"older": true}, ids(c, instances, "1.0"))
	require.Empty(t, ids(c, instances, "2.0"))
	require.Empty(t, ids(c, nil, ""))

	byText := maas.NewClient(maas.Options{CompareVersions: strings.Compare})
	require.Equal(t, map[string]bool{"old": true}, ids(byText, instances, ""))
}

func TestChooseAvoidsFailed(t *testing.T) {
	down, up := answer(t, 200, `{}`), answer(t, 200, `{}`)
	down.Close()
	instances := []maas.Instance{
		{ID: "down", Version: "1.0", URL: down.URL}, {ID: "up", Version: "1.0", URL: up.URL},
		{ID: "old", Version: "0.9", URL: up.URL},
	}
	c := newClient(t, maas.Options{})
	require.Len(t, ids(c, instances, ""), 2)
	_, err := c.Call(t.Context(), dga(down, nil))
	require.Error(t, err)
	require.Equal(t, map[string]bool{"up": true}, ids(c, instances, ""))
	require.Equal(t, map[string]bool{"down": true}, ids(c, instances[:1], ""), "better than none")
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
			chosen := ids(c, []maas.Instance{{ID: "it", URL: s.URL}, {ID: "other", URL: "http://other"}}, "")
			require.Equal(t, !test.avoided, chosen["it"])
		})
	}
}
