package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/maas"
)

// maasSearchCommand finds versions.
type maasSearchCommand struct {
	modelsFlags
	Words []string `arg:"" optional:"" help:"Words that stand in the name, version or card; or tag:WORD, stage:WORD, owner:WORD, alias:NAME, model:NAME, version:V, protocol:NAME."`
	JSON  bool     `name:"json" help:"Write JSON instead of a table."`
}

// Help is called by the parser of the command line.
func (*maasSearchCommand) Help() string {
	return `  stellar maas search tag:dns stage:production dga -z zk1:2181

Ends with 1 if nothing is found.`
}

// Run is called by the parser of the command line.
func (c *maasSearchCommand) Run(ctx context.Context, s *streams) error {
	registry, err := c.openRegistry(ctx, newReporter(s.err), true)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	found := slices.DeleteFunc(versionsIn(registry.Snapshot()), func(v *version) bool {
		release := v.Release
		if release == nil {
			release = &maas.Release{Model: v.Model, Version: v.Version}
		}
		return !release.Matches(c.Words)
	})
	if c.JSON {
		return writeJSON(s.out, append([]*version{}, found...))
	}
	if len(found) == 0 {
		fmt.Fprintln(s.err, "stellar: no version fits")
		return errFailed
	}
	rows := [][]string{{"MODEL", "VERSION", "STAGE", "INSTANCES", "OWNER", "TAGS", "DESCRIPTION"}}
	for _, v := range found {
		owner, tags, description := none, none, none
		if v.Release != nil && v.Release.Card != nil {
			card := v.Release.Card
			owner, tags, description = cmp.Or(card.Owner, none), cmp.Or(strings.Join(card.Tags, " "), none), cmp.Or(firstLine(card.Description), none)
		}
		rows = append(rows, []string{v.Model, v.Version, v.stage(), fmt.Sprint(len(v.Instances)), owner, tags, description})
	}
	return writeTable(s.out, rows)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
