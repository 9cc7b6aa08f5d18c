package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/go-zookeeper/zk"

	"github.com/stellarlang/stellar/maas/zookeeper"
)

// The nodes of Metron's tree. What stands in the others has no rules for single messages.
const (
	globalNode      = "global"
	parsersNode     = "parsers"
	enrichmentsNode = "enrichments"
)

// topologyNodes are those by which Metron's tree is known.
var topologyNodes = []string{globalNode, parsersNode, enrichmentsNode, "profiler", "indexing"}

// attempts is how often a tree that changes meanwhile is read.
const attempts = 10

// errMoving: a tree has changed each time that it was read.
var errMoving = errors.New("the tree changes all the time")

// readTopology returns the configurations of a sensor in Metron's tree as files: global.json,
// parsers/SENSOR.json and enrichments/SENSOR.json. They are those of one moment, although
// Metron writes the nodes one by one: nothing has changed between the first and the last
// look at them.
func readTopology(ctx context.Context, watch *zookeeper.Watch, root, sensor string) (Files, error) {
	var before map[string]zookeeper.Node
	for range attempts {
		nodes, err := topology(ctx, watch, root, sensor)
		if err != nil {
			return nil, err
		}
		if before != nil && sameNodes(before, nodes) {
			files := Files{}
			for name, node := range nodes {
				files[name+".json"] = node.Data
			}
			if len(files) == 0 {
				return nil, fmt.Errorf("%w at %s: the nodes are empty", ErrNone, root)
			}
			return files, files.check()
		}
		before = nodes
	}
	return nil, fmt.Errorf("%s: %w", root, errMoving)
}

// topology reads the nodes of a sensor that have content, by their paths below root.
func topology(ctx context.Context, watch *zookeeper.Watch, root, sensor string) (map[string]zookeeper.Node, error) {
	sensors := map[string][]string{}
	var all []string
	for _, kind := range []string{parsersNode, enrichmentsNode} {
		names, err := watch.Children(ctx, path.Join(root, kind))
		if err != nil && !errors.Is(err, zk.ErrNoNode) {
			return nil, err
		}
		sensors[kind] = names
		all = append(all, names...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	switch {
	case sensor == "" && len(all) == 1:
		sensor = all[0]
	case sensor == "" && len(all) > 1:
		return nil, fmt.Errorf("%s has the configurations of several sensors, and a message goes through those of one: add ?sensor=%s to the address, or another of %s",
			root, all[0], fewOf(all))
	case len(all) == 0:
		return nil, fmt.Errorf("%w at %s: there is no configuration of a sensor", ErrNone, root)
	case !slices.Contains(all, sensor):
		return nil, fmt.Errorf("%w at %s for the sensor %.60q; there are %s", ErrNone, root, sensor, fewOf(all))
	}
	nodes := map[string]zookeeper.Node{}
	for _, name := range []string{globalNode, parsersNode + "/" + sensor, enrichmentsNode + "/" + sensor} {
		kind, _, below := strings.Cut(name, "/")
		if below && !slices.Contains(sensors[kind], sensor) {
			continue
		}
		node, err := watch.Read(ctx, path.Join(root, name))
		switch {
		case errors.Is(err, zk.ErrNoNode):
		case err != nil:
			return nil, err
		case name == globalNode && !bytes.Contains(node.Data, []byte("fieldValidations")): // it has no rules
		case len(bytes.TrimSpace(node.Data)) > 0: // the others are only parents, or not written yet
			nodes[name] = node
		}
	}
	return nodes, nil
}

// fewOf lists the first of some names.
func fewOf(names []string) string {
	const most = 20
	if more := len(names) - most; more > 0 {
		return fmt.Sprintf("%s, and %d more", strings.Join(names[:most], ", "), more)
	}
	return strings.Join(names, ", ")
}

// sameNodes reports whether nothing has changed between two looks.
func sameNodes(a, b map[string]zookeeper.Node) bool {
	if len(a) != len(b) {
		return false
	}
	for name, node := range a {
		if other, ok := b[name]; !ok || other.Changed != node.Changed {
			return false
		}
	}
	return true
}
