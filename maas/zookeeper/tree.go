package zookeeper

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas"
)

const (
	configPath  = "/metron/maas/config"
	defaultRoot = "/maas/service"
)

// tree mirrors the nodes below the root. Every node that is read is watched; a
// watch that fires makes its node stale, and reading it sets a new one. All of
// it belongs to Registry.run.
type tree struct {
	*Registry
	session int64 // whose watches are set
	restore bool  // own instances are to be written again
	root    string
	stale   map[string]bool            // paths to read
	refused map[string]bool            // paths that the server did not give, for other reasons than the connection
	models  map[string]map[string]leaf // by the names of the nodes
}

// leaf is the node of an instance; nil if it is not read yet, malformed or
// switched off.
type leaf *maas.Instance

func newTree(r *Registry) *tree { return &tree{Registry: r} }

// update reads what is stale and shows the result. An error means that the
// connection broke; the rest stays stale then.
func (t *tree) update() error {
	if session := t.conn.SessionID(); session != t.session {
		t.session = session
		t.stale, t.refused = make(map[string]bool), nil
		if t.options.Root == "" {
			t.stale[configPath] = true
		}
		t.setRoot(cmp.Or(t.options.Root, t.root))
	}
	maps.Copy(t.stale, t.refused)
	t.refused = make(map[string]bool)
	t.mu.Lock()
	maps.Copy(t.stale, t.changed)
	clear(t.changed)
	t.mu.Unlock()

	for len(t.stale) > 0 {
		for _, path := range slices.Sorted(maps.Keys(t.stale)) { // parents first
			err := t.read(path)
			if isConnectionError(err) {
				return err
			}
			delete(t.stale, path)
			if err != nil {
				t.report(path, err)
				t.refused[path] = true
			}
		}
	}
	if t.restore {
		if err := t.writeOwn(t.root); err != nil {
			return err
		}
		t.restore = false
	}
	t.show()
	return nil
}

// read brings the tree up to date with one node. Nodes of a root that holds no
// longer, or of a model that is gone, are of no interest.
func (t *tree) read(path string) error {
	switch {
	case path == configPath && t.options.Root == "":
		return t.readConfig()
	case path == t.root:
		return t.readRoot()
	}
	below, ok := strings.CutPrefix(path, t.root+"/")
	if !ok {
		return nil
	}
	model, id, isInstance := strings.Cut(below, "/")
	instances, ok := t.models[model]
	switch {
	case !ok:
		return nil
	case isInstance:
		return t.readInstance(path, model, id, instances)
	}
	return t.readModel(path, model, instances)
}

// readConfig finds the root.
func (t *tree) readConfig() error {
	data, _, _, err := t.conn.GetW(configPath)
	root := cmp.Or(t.root, defaultRoot)
	switch {
	case err == nil:
		root = t.configuredRoot(data)
	case errors.Is(err, zk.ErrNoNode):
		var exists bool
		if exists, _, _, err = t.conn.ExistsW(configPath); exists {
			return t.readConfig() // it was created in between
		}
		root = defaultRoot
	}
	if root != t.root && !isConnectionError(err) {
		t.setRoot(root)
	}
	return err
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
	t.report(configPath, fmt.Errorf("malformed configuration: %w", err))
	return cmp.Or(t.root, defaultRoot)
}

// setRoot begins anew at root, which may be unknown yet.
func (t *tree) setRoot(root string) {
	t.root, t.restore = root, true
	t.models = make(map[string]map[string]leaf)
	if root != "" {
		t.stale[root] = true
	}
}

func (t *tree) readRoot() error {
	names, _, _, err := t.conn.ChildrenW(t.root)
	if errors.Is(err, zk.ErrNoNode) {
		clear(t.models)
		var exists bool
		if exists, _, _, err = t.conn.ExistsW(t.root); exists {
			return t.readRoot()
		}
	}
	if err != nil {
		return err
	}
	follow(t, t.root, t.models, names, func() map[string]leaf { return make(map[string]leaf) })
	return nil
}

func (t *tree) readModel(path, model string, instances map[string]leaf) error {
	names, _, _, err := t.conn.ChildrenW(path)
	if errors.Is(err, zk.ErrNoNode) {
		delete(t.models, model)
		return nil
	}
	if err != nil {
		return err
	}
	follow(t, path, instances, names, func() leaf { return nil })
	return nil
}

// follow makes children those that names lists; the new ones are to be read.
func follow[T any](t *tree, path string, children map[string]T, names []string, unread func() T) {
	maps.DeleteFunc(children, func(name string, _ T) bool { return !slices.Contains(names, name) })
	for _, name := range names {
		if _, ok := children[name]; !ok {
			children[name] = unread()
			t.stale[path+"/"+name] = true
		}
	}
}

func (t *tree) readInstance(path, model, id string, instances map[string]leaf) error {
	data, _, _, err := t.conn.GetW(path)
	if errors.Is(err, zk.ErrNoNode) {
		delete(instances, id) // if it comes back, the model's watch fires
		return nil
	}
	if err != nil {
		return err
	}
	instance, err := decode(data, model, id)
	if err != nil {
		t.report(path, fmt.Errorf("malformed instance, skipped: %w", err))
	}
	instances[id] = instance
	return nil
}

// show makes a snapshot of the tree, for readers of the registry.
func (t *tree) show() {
	var instances []maas.Instance
	for _, model := range slices.Sorted(maps.Keys(t.models)) {
		for _, id := range slices.Sorted(maps.Keys(t.models[model])) {
			if i := t.models[model][id]; i != nil {
				instances = append(instances, *i)
			}
		}
	}
	next, err := maas.NewSnapshot(instances, nil, t.options.CompareVersions)
	if err != nil { // not of instances that decode returned
		t.report(t.root, err)
		return
	}
	root := t.root
	t.knownRoot.Store(&root)
	t.known.Replace(t.known.Latest(), next) // nobody else does
	select {
	case <-t.ready:
	default:
		close(t.ready)
	}
}

// isConnectionError reports whether an error is one of the connection, which says
// nothing about a node.
func isConnectionError(err error) bool {
	for _, known := range []error{
		zk.ErrConnectionClosed, zk.ErrNoServer, zk.ErrClosing, zk.ErrSessionExpired, zk.ErrSessionMoved,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	return false
}
