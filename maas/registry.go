// Package maas lets expressions ask models: services in any language that
// answer GET requests with a JSON object, or servers of models with a protocol of
// package protocol. A Registry knows which instance
// serves which model where, a Client calls them, and Functions makes both
// available to expressions as MAAS_GET_ENDPOINT and MAAS_MODEL_APPLY.
//
// Memory, which a file can fill, is the registry for one process; package
// maas/zookeeper has the one for many.
package maas

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"

	"github.com/stellarlang/stellar/maas/protocol"
)

// Registry knows the instances of models. It is safe for concurrent use.
type Registry interface {
	// Snapshot returns the live instances, as known now. It never waits.
	Snapshot() *Snapshot
	// Watch returns the present snapshot and then, until ctx ends, those that
	// follow. Snapshots that come while the loop is busy may be left out, but
	// for the last.
	Watch(ctx context.Context) iter.Seq[*Snapshot]
	// Close ends what the registry keeps going. It may still be asked.
	Close() error
}

// Publisher is a registry that takes instances.
type Publisher interface {
	// Register makes an instance known. It replaces the one with the same model
	// and ID. When ctx ends before the outcome is certain, the error wraps
	// ctx.Err(); registering once more does no harm.
	Register(ctx context.Context, i Instance) error
	// Deregister makes an instance unknown. It is no error if it was not known.
	Deregister(ctx context.Context, model, id string) error
}

// Instance is one running service of a model.
type Instance struct {
	Model   string // the name that expressions use, without a slash
	Version string // see CompareVersions
	ID      string // unique among the instances of the model, without a slash
	URL     string // http or https, without a query

	// Functions maps the names that expressions use to paths below URL. An empty
	// map means {"apply": "apply"}. It is shared and must not be changed.
	Functions map[string]string

	// Static instances stay registered when the process that registered them is
	// gone; the others go with it. It makes no difference in Memory.
	Static bool
}

// DefaultFunction is the function of a model that is called when an expression
// names none.
const DefaultFunction = protocol.DefaultFunction

// Checked returns i with its own copy of Functions, the default one filled in, or
// an error that lists what is wrong with i.
func (i Instance) Checked() (Instance, error) {
	if len(i.Functions) == 0 {
		i.Functions = map[string]string{DefaultFunction: DefaultFunction}
	} else {
		i.Functions = maps.Clone(i.Functions)
	}
	problems := []error{checkName("model", i.Model), checkName("id", i.ID)}
	if i.Version == "" {
		problems = append(problems, errors.New("version is missing"))
	}
	if _, err := protocol.ParseURL(i.URL); err != nil {
		problems = append(problems, err)
	}
	if _, ok := i.Functions[""]; ok {
		problems = append(problems, errors.New("a function has no name"))
	}
	var all error
	for _, err := range problems {
		switch {
		case all == nil:
			all = err
		case err != nil:
			all = fmt.Errorf("%w; %w", all, err)
		}
	}
	return i, all
}

func checkName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%s is missing", what)
	case name == "." || name == ".." || strings.Contains(name, "/"):
		return fmt.Errorf("%s %q must not be a dot or hold a slash", what, name)
	}
	return nil
}
