package maas

import (
	"cmp"
	"slices"
	"time"
)

// Load is what goes on with the calls of a model.
type Load struct {
	Model    string // empty for all instances that no registry lists
	UnderWay int    // calls that have their turn
	Waiting  int    // calls that wait for it
}

// Loads returns those of the models that were called, sorted by name.
func (c *Client) Loads() []Load {
	var loads []Load
	c.models.Range(func(model, t any) bool {
		q := t.(*traffic).queue
		loads = append(loads, Load{Model: model.(string), UnderWay: len(q.slots), Waiting: int(q.waiting.Load())})
		return true
	})
	slices.SortFunc(loads, func(a, b Load) int { return cmp.Compare(a.Model, b.Model) })
	return loads
}

// InstanceState is what a client knows of an instance.
type InstanceState struct {
	Ejected  bool          // it has failed, and is left alone for a while
	UnderWay int           // attempts
	Latency  time.Duration // a moving mean; 0 if it has not been asked
}

// State returns what is known of an instance of the registry.
func (c *Client) State(i Instance) InstanceState {
	m := c.pool.Member(keyOf(i))
	return InstanceState{Ejected: !m.InTurn(), UnderWay: m.UnderWay(), Latency: m.Latency()}
}
