package control

import (
	"context"

	"github.com/stellarlang/stellar/maas"
)

// Engine runs the replicas that are wanted, and says how they are. An engine may run
// them on this machine or have others do so. It is safe for concurrent use.
type Engine interface {
	// Apply has the engine run these replicas and no others. It returns at once. A
	// replica that is no longer among them leaves the registry, answers what was asked,
	// and ends.
	Apply(wanted []Replica)
	// Instances returns the replicas that there are, with those that are about to end.
	Instances() []Instance
	// Close ends all replicas, in order until ctx ends, and then at once.
	Close(ctx context.Context) error
}

// Replica is one that an engine runs. What it is never changes; a changed one has another
// generation.
type Replica struct {
	Unit
	// Folder has the package.
	Folder string `json:"folder"`
	// Release says how the version is asked, for the samples.
	Release     *maas.Release     `json:"-"`
	Memory      int64             `json:"memory,omitempty"`
	CPUs        float64           `json:"cpus,omitempty"`
	Environment map[string]string `json:"environment,omitempty"`
}
