package zookeeper

import (
	"cmp"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	configPath  = "/metron/maas/config"
	defaultRoot = "/maas/service"
)

// applyConfig finds the root.
func (t *tree) applyConfig(a answer) {
	root := defaultRoot
	if !a.gone {
		root = t.configuredRoot(a.data)
	}
	if root != t.root {
		t.setRoot(root)
	}
}

// configuredRoot returns the root that a configuration names. If that makes no sense,
// the last root holds.
func (t *tree) configuredRoot(data []byte) string {
	config := struct {
		ServiceRoot string `json:"serviceRoot"`
	}{ServiceRoot: defaultRoot}
	err := json.Unmarshal(data, &config, jsontext.AllowDuplicateNames(true))
	if err == nil {
		err = checkRoot(config.ServiceRoot)
	}
	if err == nil {
		return config.ServiceRoot
	}
	t.refuse(configPath, fmt.Errorf("malformed configuration: %w", err))
	return cmp.Or(t.root, defaultRoot)
}

// setRoot begins anew at a root, which may be unknown yet, and at that of the releases.
func (t *tree) setRoot(root string) {
	t.root, t.dirty = root, true
	t.restorable, t.written = make(map[string]time.Time), make(map[string]string)
	t.instances.setRoot(root)
	t.releases.setRoot("")
	if root == "" {
		return
	}
	t.stale[root] = true
	releases, err := registryRoot(root, t.options.RegistryRoot)
	if err != nil {
		t.refuse(root, err)
		return
	}
	t.releases.setRoot(releases)
	t.stale[releases] = true
}
