package maas_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/protocol"
)

func TestMemory(t *testing.T) {
	var m maas.Memory
	require.Empty(t, m.Snapshot().Instances("dga"))
	functions := map[string]string{"apply": "v1"}
	one := maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: "http://a:1", Functions: functions}
	two := maas.Instance{Model: "dga", Version: "1.0", ID: "2", URL: "http://a:2"}
	require.NoError(t, m.Register(t.Context(), one))
	before := m.Snapshot().Instances("dga")
	functions["apply"] = "v2"
	require.NoError(t, m.Register(t.Context(), two))
	require.Len(t, before, 1, "what was given stays as it is")
	require.Equal(t, "v1", before[0].Functions["apply"])

	one.Version = "2.0"
	require.NoError(t, m.Register(t.Context(), one))
	versions := map[string]string{}
	for _, i := range m.Snapshot().Instances("dga") {
		versions[i.ID] = i.Version
	}
	require.Equal(t, map[string]string{"1": "2.0", "2": "1.0"}, versions)

	require.NoError(t, m.Deregister(t.Context(), "dga", "1"))
	require.NoError(t, m.Deregister(t.Context(), "dga", "unknown"))
	require.Len(t, m.Snapshot().Instances("dga"), 1)
	require.NoError(t, m.Deregister(t.Context(), "dga", "2"))
	require.Empty(t, m.Snapshot().Instances("dga"))
	require.NoError(t, m.Close())
}

func TestMemoryIsSafeForConcurrentUse(t *testing.T) {
	var m maas.Memory
	var all sync.WaitGroup
	for _, id := range strings.Split("abcdefgh", "") {
		all.Go(func() {
			for range 100 {
				_ = m.Register(t.Context(), maas.Instance{Model: "dga", Version: "1", ID: id, URL: "http://" + id})
				for _, i := range m.Snapshot().Instances("dga") {
					_ = i.Functions["apply"]
				}
			}
		})
	}
	all.Wait()
	require.Len(t, m.Snapshot().Instances("dga"), 8)
}

func TestInstanceChecked(t *testing.T) {
	good := maas.Instance{Model: "dga", Version: "1.0", ID: "1", URL: "https://a/models/dga"}
	checked, err := good.Checked()
	require.NoError(t, err)
	require.Equal(t, map[string]string{"apply": "apply"}, checked.Functions)

	for want, change := range map[string]func(*maas.Instance){
		"model is missing":                      func(i *maas.Instance) { i.Model = "" },
		`model "a/b" must not be a dot or hold`: func(i *maas.Instance) { i.Model = "a/b" },
		`id ".." must not be a dot or hold`:     func(i *maas.Instance) { i.ID = ".." },
		"id is missing":                         func(i *maas.Instance) { i.ID = "" },
		"version is missing":                    func(i *maas.Instance) { i.Version = "" },
		"url is missing":                        func(i *maas.Instance) { i.URL = "" },
		`url "localhost:80" must have the form`: func(i *maas.Instance) { i.URL = "localhost:80" },
		"a function has no name":                func(i *maas.Instance) { i.Functions = map[string]string{"": "x"} },
	} {
		bad := good
		change(&bad)
		_, err := bad.Checked()
		require.ErrorContains(t, err, want)
		_, err = maas.NewMemory(good, bad)
		require.ErrorContains(t, err, "instance 2: "+want)
	}
	_, err = maas.Instance{}.Checked()
	require.ErrorContains(t, err, "model is missing; id is missing; version is missing; url is missing")
}

func writeModels(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "models.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestFromFile(t *testing.T) {
	m, err := maas.FromFile(writeModels(t, `{"models": [
		{"name": "dga", "version": "1.0", "url": "http://localhost:1234", "functions": {"apply": "v1"}},
		{"name": "dga", "version": "1.0", "url": "http://localhost:1235", "id": "second"},
		{"name": "phish", "version": "2.0-rc1", "url": "http://localhost:1236"}
	]}`))
	require.NoError(t, err)
	require.Equal(t, []maas.Instance{
		{Model: "dga", Version: "1.0", ID: "1", URL: "http://localhost:1234", Functions: map[string]string{"apply": "v1"}, Static: true},
		{Model: "dga", Version: "1.0", ID: "second", URL: "http://localhost:1235", Functions: map[string]string{"apply": "apply"}, Static: true},
	}, m.Snapshot().Instances("dga"))
	require.Equal(t, "3", m.Snapshot().Instances("phish")[0].ID)

	m, err = maas.FromFile(writeModels(t, `{"models": [], "releases": [
		{"model": "dga", "version": "1.0", "protocol": "v2", "stage": "production", "weight": 90, "key": "host"},
		{"model": "dga", "version": "2.0", "shadow": true, "inputs": [{"name": "host", "datatype": "BYTES"}]}
	]}`))
	require.NoError(t, err)
	require.Equal(t, []maas.Release{
		{Model: "dga", Version: "1.0", Protocol: "v2", Stage: "production", Weight: weight(90), Key: "host"},
		{Model: "dga", Version: "2.0", Shadow: true, Inputs: []protocol.Tensor{{Name: "host", Datatype: "BYTES"}}},
	}, m.Snapshot().Releases())

	m, err = maas.FromFile(writeModels(t, "\ufeff"+`{"models": []}`)) // with a byte order mark
	require.NoError(t, err)
	require.Empty(t, m.Snapshot().Instances("dga"))
}

func TestFromFileErrors(t *testing.T) {
	for want, text := range map[string]string{
		`:1:1: unexpected EOF`:                                            ``,
		`:1:1: the JSON must be of the type object, not array`:            `[]`,
		`:1:1: "models" is missing`:                                       `{}`,
		`:1:2: unknown object member name "model"`:                        `{"model": []}`,
		`:1:12: /models must be of the type array`:                        `{"models": {}}`,
		`:3:2: unknown object member name "path"`:                         "{\"models\": [\n{\"name\": \"dga\",\n \"path\": \"x\"}]}",
		`:2:17: duplicate object member name "name"`:                      "{\"models\": [\n{\"name\": \"dga\", \"name\": \"x\"}]}",
		`:2:28: /models/0/version must be of the type string, not number`: "{\"models\": [\n{\"name\": \"dga\", \"version\": 1.0}]}",
		`:2:1: version is missing`:                                        "{\"models\": [\n{\"name\": \"dga\", \"url\": \"http://a\"}]}",
		`:3:3: model "dga" has a second instance with the id "2"`: "{\"models\": [{\"name\":\"dga\",\"id\":\"2\",\"version\":\"1\",\"url\":\"http://a\"},\n\n" +
			"  {\"name\":\"dga\",\"version\":\"1\",\"url\":\"http://b\"}]}",
		`:2:2: invalid character ']'`:                                          "{\"models\": [\n]]}",
		`:1:16: invalid character`:                                             `{"models": []} {}`,
		`:2:1: malformed release: version is missing`:                          "{\"models\": [], \"releases\": [\n{\"model\": \"dga\"}]}",
		`:1:30: malformed release: weight is -1, it must be from 0 to 1000000`: `{"models": [], "releases": [ {"model": "dga", "version": "1", "weight": -1}]}`,
		`:1:73: /releases/0/weight must be of the type integer, not string`:    `{"models": [], "releases": [ {"model": "dga", "version": "1", "weight": "9"}]}`,
		`:1:73: /releases/0/weight must be of the type integer, not 10.5`:      `{"models": [], "releases": [ {"model": "dga", "version": "1", "weight": 10.5}]}`,
		`:1:73: /releases/0/shadow must be of the type boolean, not number`:    `{"models": [], "releases": [ {"model": "dga", "version": "1", "shadow": 1}]}`,
		`:2:1: version "1" of the model "dga" has a second release`:            "{\"models\": [], \"releases\": [{\"model\": \"dga\", \"version\": \"1\"},\n{\"model\": \"dga\", \"version\": \"1\", \"stage\": \"production\"}]}",
		`:1:71: unknown object member name "stge"`:                             `{"models": [], "releases": [ {"model": "dga", "version": "1", "stge": "production"}]}`,
		`:1:30: malformed release: "x" is declared twice`:                      `{"models": [], "releases": [ {"model": "dga", "version": "1", "inputs": [{"name": "x", "datatype": "BOOL"}, {"name": "x", "datatype": "BOOL"}]}]}`,
	} {
		path := writeModels(t, text)
		_, err := maas.FromFile(path)
		require.ErrorContains(t, err, "models: "+path+want, text)
	}
	_, err := maas.FromFile(filepath.Join(t.TempDir(), "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
