package zookeeper

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mirror is what was read of one tree: a root with a node for each model, below which
// each node has one T.
type mirror[T any] struct {
	what   string // a T is
	decode func(data []byte, model, name string) (*T, error)
	root   string // empty without a tree
	// models has the nodes by their names; nil if one is not read yet, malformed or
	// switched off.
	models map[string]map[string]*T
}

// setRoot begins anew at a root.
func (m *mirror[T]) setRoot(root string) {
	m.root = root
	m.models = make(map[string]map[string]*T)
}

// holds reports whether a path is in the tree.
func (m *mirror[T]) holds(path string) bool {
	return m.root != "" && strings.HasPrefix(path, m.root) && (len(path) == len(m.root) || path[len(m.root)] == '/')
}

// split returns the names in a path of the tree, empty if it does not reach as far.
func (m *mirror[T]) split(path string) (model, name string) {
	model, name, _ = strings.Cut(strings.TrimPrefix(path[len(m.root):], "/"), "/")
	return model, name
}

func (m *mirror[T]) level(path string) level {
	model, name := m.split(path)
	if model == "" {
		return rootLevel
	}
	nodes, ok := m.models[model]
	switch {
	case !ok:
		return foreign
	case name == "":
		return modelLevel
	}
	if _, ok := nodes[name]; !ok {
		return foreign
	}
	return leafLevel
}

// apply brings the tree up to date with a node that is not foreign. It returns the
// nodes that are to be read then, and what is wrong with this one.
func (m *mirror[T]) apply(at level, path string, a answer) (unread []string, malformed error) {
	model, name := m.split(path)
	switch {
	case at == rootLevel:
		return follow(path, m.models, a.names, func() map[string]*T { return make(map[string]*T) }), nil
	case at == modelLevel && a.gone:
		delete(m.models, model)
		return nil, nil
	case at == modelLevel:
		return follow(path, m.models[model], a.names, func() *T { return nil }), nil
	case a.gone:
		delete(m.models[model], name)
		return nil, nil
	}
	node, err := m.decode(a.data, model, name)
	if err != nil {
		err = fmt.Errorf("malformed %s, skipped: %w", m.what, err)
	}
	m.models[model][name] = node
	return nil, err
}

// follow makes children those that names lists, and returns the paths of new ones.
func follow[V any](path string, children map[string]V, names []string, unread func() V) []string {
	listed := make(map[string]bool, len(names))
	var added []string
	for _, name := range names {
		listed[name] = true
		if _, ok := children[name]; !ok {
			children[name] = unread()
			added = append(added, path+"/"+name)
		}
	}
	maps.DeleteFunc(children, func(name string, _ V) bool { return !listed[name] })
	return added
}

// knows reports whether there is a node, whatever it holds.
func (m *mirror[T]) knows(model, name string) bool {
	_, ok := m.models[model][name]
	return ok
}

// all returns what could be read, in the order of the names.
func (m *mirror[T]) all() []T {
	var all []T
	for _, model := range slices.Sorted(maps.Keys(m.models)) {
		for _, name := range slices.Sorted(maps.Keys(m.models[model])) {
			if node := m.models[model][name]; node != nil {
				all = append(all, *node)
			}
		}
	}
	return all
}
