package maas_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

func weight(n int) *int { return &n }

// versionsOf returns a registry of the model m with an instance of each version, and
// with releases.
func versionsOf(t *testing.T, versions string, releases ...maas.Release) *maas.Memory {
	m := &maas.Memory{}
	for _, v := range strings.Fields(versions) {
		require.NoError(t, m.Register(t.Context(), maas.Instance{Model: "m", Version: v, ID: v, URL: "http://" + v}))
	}
	for _, r := range releases {
		r.Model = "m"
		require.NoError(t, m.PutRelease(t.Context(), r))
	}
	return m
}

func TestSelectors(t *testing.T) {
	staged := []maas.Release{
		{Version: "1.1", Stage: "production"}, {Version: "1.2", Stage: "staging"}, {Version: "2.0", Shadow: true},
		{Version: "1.3-rc1", Stage: "production"}, {Version: "1.0", Stage: "1.3"}, {Version: "7", Stage: "gone"},
	}
	weighted := []maas.Release{
		{Version: "1.1", Weight: weight(0)}, {Version: "1.2", Weight: weight(1)}, {Version: "2.0"},
	}
	named := []maas.Release{
		{Version: "1.0", Aliases: []string{"blue"}}, {Version: "1.1", Aliases: []string{"stable", "shown"}}, {Version: "1.2", Aliases: []string{"shown"}},
		{Version: "1.3", Stage: "blue"}, {Version: "2.0", Shadow: true, Aliases: []string{"dark"}}, {Version: "7", Aliases: []string{"gone"}},
	}
	const versions = "1.0 1.1 1.2 1.3 1.3-rc1 2.0"
	for _, c := range []struct {
		releases       []maas.Release
		selector, want string
	}{
		{nil, "", "2.0"},
		{nil, "latest", "2.0"},
		{nil, "1.2", "1.2"},
		{nil, "1.3-rc1", "1.3-rc1"},
		{nil, ">=1.2 <2", "1.3"},
		{nil, ">=1.2, <1.3", "1.2"},
		{nil, ">1.2, <1.3", "1.3-rc1"}, // as there is nothing else
		{nil, ">= 1.2 , < 1.3 !=1.3-rc1", "1.2"},
		{nil, "=1.1", "1.1"},
		{nil, "==1.1", "1.1"},
		{nil, "<=1.0", "1.0"},
		{nil, ">2", ""},
		{nil, "3", ""},
		{nil, "production", ""},
		{nil, ">=", ""},
		{nil, " ", ""},
		{staged, "", "1.3"},
		{staged, "latest", "1.3"},
		{staged, "production", "1.1"}, // rather than the pre-release
		{staged, "staging", "1.2"},
		{staged, "1.3", "1.3"}, // rather than the stage of this name
		{staged, "gone", ""},
		{staged, "2.0", "2.0"},
		{staged, ">=1.2", "1.3"}, // without the shadow
		{weighted, "", "1.2"},
		{weighted, "latest", "2.0"},
		{weighted, "1.1", "1.1"},
		{[]maas.Release{{Version: "1.0", Weight: weight(0)}}, "", ""},
		{named, "stable", "1.1"},
		{named, "shown", "1.2"}, // the newest of two
		{named, "dark", "2.0"},  // a shadow, as by its version
		{named, "gone", ""},
		{named, "blue", "1.3"}, // rather than the alias of this name
		{named, "", "1.3"},
	} {
		client := newClientOf(t, versionsOf(t, versions, c.releases...), maas.Options{})
		got := slices.Sorted(maps.Keys(pickedOf(client, "m", c.selector)))
		require.Equal(t, c.want, strings.Join(got, " "), "%q of %v", c.selector, c.releases)
	}
}

// askedOf returns which version of the model m each key gets, of many keys.
func askedOf(t *testing.T, expression string, releases ...maas.Release) map[string]string {
	registry := &maas.Memory{}
	for _, v := range []string{"1", "2", "3"} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"version": %q}`, v) })
		require.NoError(t, registry.Register(t.Context(), maas.Instance{Model: "m", Version: v, ID: v, URL: s.URL}))
	}
	for _, r := range releases {
		r.Model = "m"
		require.NoError(t, registry.PutRelease(t.Context(), r))
	}
	env, err := stellar.NewEnv(stellar.Options{Functions: maas.Functions(newClientOf(t, registry, maas.Options{Timeout: patience}))})
	require.NoError(t, err)
	program, err := env.Compile(expression)
	require.NoError(t, err)
	asked := make(map[string]string)
	for n := range 2000 {
		key := fmt.Sprint("key", n)
		v, err := program.Value(t.Context(), stellar.Vars{"key": key, "n": n})
		require.NoError(t, err)
		version, _ := v.Map().Get(value.String("version"))
		asked[key] = version.Str()
	}
	return asked
}

// shares returns how many keys of askedOf got each version.
func shares(asked map[string]string) map[string]int {
	shares := make(map[string]int)
	for _, version := range asked {
		shares[version]++
	}
	return shares
}

// TestWeights: versions get their shares, a key always gets the same one, and keys move
// to another version only as far as weights want it.
func TestWeights(t *testing.T) {
	const expression = "MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('m'), {'key' : key, 'n' : n})"
	split := func(first, second, third int) []maas.Release {
		return []maas.Release{
			{Version: "1", Weight: weight(first), Key: "key"}, {Version: "2", Weight: weight(second)}, {Version: "3", Weight: weight(third)},
		}
	}
	before := askedOf(t, expression, split(90, 10, 0)...)
	// Five standard deviations of 2,000 draws at 10 % are 67.
	require.InDelta(t, 200, shares(before)["2"], 67)
	require.Len(t, shares(before), 2)
	require.Equal(t, before, askedOf(t, "MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('m'), {'n' : 0, 'key' : key})", split(90, 10, 0)...),
		"the other arguments make no difference")

	after := askedOf(t, expression, split(70, 30, 0)...)
	require.InDelta(t, 600, shares(after)["2"], 103)
	for key, version := range before {
		if version == "2" {
			require.Equal(t, "2", after[key], "%s has left the version that got more", key)
		}
	}

	three := askedOf(t, expression, split(70, 30, 50)...)
	require.InDelta(t, 667, shares(three)["3"], 106)
	for key, version := range three {
		if version != "3" {
			require.Equal(t, after[key], version, "%s has moved between versions that were there", key)
		}
	}

	// Which version a key gets must not change with the process, the machine or the
	// release of this package.
	var second []string
	for n := range 40 {
		if key := fmt.Sprint("key", n); before[key] == "2" {
			second = append(second, key)
		}
	}
	require.Equal(t, "key12 key16 key27 key28", strings.Join(second, " "))
}

// TestWeightsWithoutKey: all arguments together decide, in any order.
func TestWeightsWithoutKey(t *testing.T) {
	releases := []maas.Release{{Version: "1", Weight: weight(1)}, {Version: "2", Weight: weight(1)}}
	asked := askedOf(t, "MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('m'), {'key' : key, 'n' : n})", releases...)
	require.InDelta(t, 1000, shares(asked)["1"], 112)
	require.Equal(t, asked, askedOf(t, "MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('m'), {'n' : n, 'key' : key})", releases...))
	require.Equal(t, map[string]int{"2": 2000}, shares(askedOf(t, "MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('m', '2'), {'key' : key})", releases...)))
}

// TestWeightsOfStages: a stage of several versions is split, too.
func TestWeightsOfStages(t *testing.T) {
	asked := askedOf(t, "MAAS_MODEL_APPLY(MAAS_GET_ENDPOINT('m', 'production'), {'key' : key})",
		maas.Release{Version: "1", Stage: "production", Weight: weight(3)}, maas.Release{Version: "2", Stage: "production", Weight: weight(1)},
		maas.Release{Version: "3", Weight: weight(1)})
	require.InDelta(t, 500, shares(asked)["2"], 97)
	require.Zero(t, shares(asked)["3"])
}

// TestWeightsOfEarlierEndpoints: an endpoint from before the registry changed divides
// calls as the registry does now.
func TestWeightsOfEarlierEndpoints(t *testing.T) {
	registry := &maas.Memory{}
	for _, v := range []string{"1", "2"} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"version": %q}`, v) })
		require.NoError(t, registry.Register(t.Context(), maas.Instance{Model: "m", Version: v, ID: v, URL: s.URL}))
		require.NoError(t, registry.PutRelease(t.Context(), maas.Release{Model: "m", Version: v, Key: "key", Weight: weight(1)}))
	}
	f := functionsOf(t, newClientOf(t, registry, maas.Options{Timeout: patience}))
	for changes := range 3 {
		asked := make(map[string]bool)
		for n := range 30 {
			endpoint := f.endpoint("m")
			for range changes {
				require.NoError(t, registry.Register(t.Context(), maas.Instance{Model: "m", Version: "3", ID: "3", URL: "http://a"}))
			}
			host := value.FromMap(args("key", n))
			answer := f.call("MAAS_MODEL_APPLY", endpoint, host).String()
			require.Equal(t, f.call("MAAS_MODEL_APPLY", f.endpoint("m"), host).String(), answer, "%d changes", changes)
			asked[answer] = true
		}
		require.Len(t, asked, 2)
	}
	require.Empty(t, f.events)
}
