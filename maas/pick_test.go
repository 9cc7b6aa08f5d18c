package maas_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
)

// ids returns the IDs of the instances that are picked, which are all of model m.
func ids(t *testing.T, instances []maas.Instance, version string) map[string]bool {
	return picked(t, instances, nil, version)
}

func picked(t *testing.T, instances []maas.Instance, compare func(a, b string) int, version string) map[string]bool {
	complete := slices.Clone(instances)
	for n := range complete {
		i := &complete[n]
		i.Model, i.Version, i.URL = "m", cmp.Or(i.Version, "1.0"), cmp.Or(i.URL, "http://"+i.ID)
	}
	m, err := maas.NewMemory(complete...)
	require.NoError(t, err)
	if compare != nil {
		m.OrderVersions(compare)
	}
	return pickedOf(newClientOf(t, m, maas.Options{}), "m", version)
}

// pickedOf returns the IDs of the instances that are picked.
func pickedOf(c *maas.Client, model, version string) map[string]bool {
	chosen := map[string]bool{}
	for range 200 {
		if i, ok := c.Pick(model, version); ok {
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
	require.Equal(t, map[string]bool{"new1": true, "new2": true}, ids(t, instances, ""))
	require.Equal(t, map[string]bool{"new1": true}, ids(t, instances, "10.0"))
	require.Equal(t, map[string]bool{"older": true}, ids(t, instances, "1.0"))
	require.Empty(t, ids(t, instances, "2.0"))
	require.Empty(t, ids(t, nil, ""))

	require.Equal(t, map[string]bool{"old": true}, picked(t, instances, strings.Compare, ""))
}

// TestPreReleases: one is picked only if it is asked for, or if there is nothing
// else.
func TestPreReleases(t *testing.T) {
	instances := []maas.Instance{
		{ID: "rc1", Version: "2.0-rc1"}, {ID: "rc2", Version: "2.0-rc2"}, {ID: "release", Version: "1.0"},
	}
	require.Equal(t, map[string]bool{"release": true}, ids(t, instances, ""))
	require.Equal(t, map[string]bool{"rc1": true}, ids(t, instances, "2.0-rc1"))
	require.Equal(t, map[string]bool{"rc2": true}, ids(t, instances[:2], ""))
}

// TestWhatCountsAgainstAnInstance: how often an instance must fail before it is left
// alone, and that this happens to a single one too.
func TestWhatCountsAgainstAnInstance(t *testing.T) {
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		calls   int // after which it is ejected; 0 stands for never
	}{
		"server error": {status(500, ""), 5},
		"unavailable":  {status(503, ""), 5},
		"redirect":     {status(301, ""), 5},
		"not JSON":     {status(200, "dga"), 5},
		"not found":    {status(404, ""), 0},
		"bad request":  {status(400, ""), 0},
		"answer":       {status(200, `{}`), 0},
		"breaks off":   {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, test.handler)
			c := newClient(t, maas.Options{}, instancesOf(s)...)
			for n := range 20 {
				_, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: args("n", n)})
				if test.calls > 0 && n >= test.calls {
					require.ErrorIs(t, err, maas.ErrEjected)
				} else {
					require.NotErrorIs(t, err, maas.ErrEjected)
				}
				if n == test.calls {
					return
				}
			}
			require.Zero(t, test.calls, "it is ejected")
		})
	}
}

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
}

// TestVersionsOfOneServer: a version that fails does not take with it another one, or
// another model, that the same server has.
func TestVersionsOfOneServer(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/ill") {
			w.WriteHeader(500)
			return
		}
		_, _ = w.Write([]byte("{}"))
	})
	ejected := make(chan maas.Event, 100)
	c := newClient(t, maas.Options{Timeout: patience, Observe: func(e maas.Event) {
		if e.Kind == maas.Ejected {
			ejected <- e
		}
	}},
		maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: s.URL},
		maas.Instance{Model: "dga", Version: "2.0", ID: "2", URL: s.URL, Functions: map[string]string{"apply": "ill"}},
		maas.Instance{Model: "phishing", Version: "2.0", ID: "1", URL: s.URL})
	for n := range 50 {
		_, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: args("n", n)})
		require.Error(t, err)
		if n%10 == 9 {
			for _, r := range []maas.Request{{Model: "dga", Version: "1.0"}, {Model: "phishing"}} {
				r.Args = args("n", n)
				_, err := c.Call(t.Context(), r)
				require.NoError(t, err)
			}
		}
	}
	e := <-ejected
	require.Equal(t, "dga 2.0", e.Model+" "+e.Version)
	for _, i := range c.Registry().Snapshot().Instances("dga") {
		require.Equal(t, i.Version == "2.0", c.State(i).Ejected)
	}
}

// TestRetriesOfOtherModels: a model that needs many retries leaves those of others.
func TestRetriesOfOtherModels(t *testing.T) {
	moody := func() *service {
		var n atomic.Int64
		return serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if n.Add(1)%4 != 0 {
				w.WriteHeader(500)
			}
			fmt.Fprint(w, `{}`)
		})
	}
	gone := answer(t, 200, "{}")
	gone.Close()
	instances := instancesOf(gone, answer(t, 200, "{}"))
	for n := range 4 {
		instances = append(instances, maas.Instance{Model: "moody", Version: "1", ID: fmt.Sprint(n), URL: moody().URL})
	}
	c := newClient(t, maas.Options{Timeout: patience}, instances...)
	failures := 0
	for n := range 1000 {
		if _, err := c.Call(t.Context(), maas.Request{Model: "moody", Args: args("n", n)}); err != nil {
			failures++
		}
	}
	require.Greater(t, failures, 250, "retries are bounded")
	for n := range 20 {
		_, err := c.Call(t.Context(), maas.Request{Model: "dga", Args: args("n", n)})
		require.NoError(t, err)
	}
}
