package command

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/repl/terminal"
)

// maasWatchCommand shows how instances come and go.
type maasWatchCommand struct {
	modelsFlags
	Name string `arg:"" optional:"" help:"The model; all if left out."`
	JSON bool   `name:"json" help:"Write a JSON object a line."`
}

// change is one of what a registry knows.
type change struct {
	Time    time.Time `json:"time"`
	Change  string    `json:"change"` // added, changed or removed
	Model   string    `json:"model"`
	Version string    `json:"version"`
	ID      string    `json:"id"`
	URL     string    `json:"url"`
}

// Run is called by the parser of the command line.
func (c *maasWatchCommand) Run(ctx context.Context, s *streams) error {
	registry, err := c.openRegistry(ctx, newReporter(s.err), false)
	if err != nil {
		return err
	}
	defer registry.Close()
	known := make(map[instanceName]maas.Instance)
	for snapshot := range registry.Watch(ctx) {
		now := c.instances(snapshot)
		for _, change := range changes(known, now) {
			if err := c.write(s, change); err != nil {
				return err
			}
		}
		known = now
	}
	return nil
}

// instanceName names an instance in a registry.
type instanceName struct{ model, id string }

// instances returns the instances that are watched.
func (c *maasWatchCommand) instances(s *maas.Snapshot) map[instanceName]maas.Instance {
	instances := make(map[instanceName]maas.Instance)
	for model := range s.Models() {
		if c.Name != "" && c.Name != model {
			continue
		}
		for _, i := range s.Instances(model) {
			instances[instanceName{model, i.ID}] = i
		}
	}
	return instances
}

// changes returns what has changed, sorted.
func changes(before, now map[instanceName]maas.Instance) []change {
	var all []change
	note := func(what string, i maas.Instance) {
		all = append(all, change{time.Now(), what, i.Model, i.Version, i.ID, i.URL})
	}
	for name, i := range before {
		if _, ok := now[name]; !ok {
			note("removed", i)
		}
	}
	for name, i := range now {
		was, ok := before[name]
		switch {
		case !ok:
			note("added", i)
		case was.URL != i.URL || was.Version != i.Version || !maps.Equal(was.Functions, i.Functions):
			note("changed", i)
		}
	}
	slices.SortFunc(all, func(a, b change) int {
		return slices.Compare([]string{a.Model, a.Version, a.ID}, []string{b.Model, b.Version, b.ID})
	})
	return all
}

func (c *maasWatchCommand) write(s *streams, change change) error {
	if c.JSON {
		text, err := json.Marshal(change)
		if err != nil {
			return err
		}
		_, err = s.out.Write(append(text, '\n'))
		return err
	}
	_, err := fmt.Fprintf(s.out, "%s %-8s %s\n", change.Time.Format(time.TimeOnly), change.Change,
		terminal.Printable(fmt.Sprintf("%s %s %s (id %s)", change.Model, change.Version, change.URL, change.ID)))
	return err
}
