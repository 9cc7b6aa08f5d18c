package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/repl/terminal"
)

// maasCardCommand shows or writes the card of a version.
type maasCardCommand struct {
	modelsFlags
	Name    string `arg:"" help:"The model."`
	Version string `arg:"" help:"The version."`
	Set     string `placeholder:"FILE" help:"Write the card: a JSON object with description, owner, tags, links, trainingData, metrics and digest."`
	By      string `placeholder:"NAME" help:"Who does it, for the journal; by default the user and the host."`
	JSON    bool   `name:"json" help:"Write JSON instead of text."`
}

// Help is called by the parser of the command line.
func (*maasCardCommand) Help() string {
	return `Shows what a version is, and who changed its stage and weights when.

  stellar maas card dga 2.0 -z zk1:2181
  stellar maas card dga 2.0 --set card.json -z zk1:2181`
}

const maxCardFile = 1 << 20

// Run is called by the parser of the command line.
func (c *maasCardCommand) Run(ctx context.Context, s *streams) error {
	if c.Set != "" {
		return c.set(ctx, s)
	}
	registry, err := c.openRegistry(ctx, newReporter(s.err), true)
	if err != nil {
		return err
	}
	defer func() { _ = registry.Close() }()
	for _, v := range versionsIn(registry.Snapshot()) {
		if v.Model == c.Name && v.Version == c.Version {
			return c.show(s, v)
		}
	}
	fmt.Fprintln(s.err, "stellar:", terminal.Printable(fmt.Sprintf("no version %s of a model %q is known", c.Version, c.Name)))
	return errFailed
}

func (c *maasCardCommand) show(s *streams, v *version) error {
	release := v.Release
	if release == nil {
		release = &maas.Release{}
	}
	card := release.Card
	if card == nil {
		card = &maas.Card{}
	}
	if c.JSON {
		return writeJSON(s.out, struct {
			*maas.Card
			Journal []maas.Change `json:"journal"`
		}{card, append([]maas.Change{}, release.Journal...)})
	}
	rows := [][]string{{v.Model + " " + v.Version}, {"  stage", v.stage()}, {"  weight", v.weight()}}
	for _, of := range []struct{ name, text string }{
		{"  owner", card.Owner}, {"  tags", strings.Join(card.Tags, " ")}, {"  training data", card.TrainingData}, {"  digest", card.Digest},
	} {
		if of.text != "" {
			rows = append(rows, []string{of.name, of.text})
		}
	}
	for _, link := range card.Links {
		rows = append(rows, []string{"  link", link})
	}
	for _, name := range slices.Sorted(maps.Keys(card.Metrics)) {
		rows = append(rows, []string{"  " + name, fmt.Sprint(card.Metrics[name])})
	}
	for _, n := range slices.Backward(release.Journal) {
		rows = append(rows, []string{"  " + n.At.Format(time.RFC3339), n.By + ": " + changeText(n)})
	}
	if err := writeTable(s.out, rows); err != nil || card.Description == "" {
		return err
	}
	text := "\n"
	for line := range strings.SplitSeq(strings.TrimSpace(card.Description), "\n") {
		text += terminal.Printable(line) + "\n"
	}
	_, err := io.WriteString(s.out, text)
	return err
}

func (c *maasCardCommand) set(ctx context.Context, s *streams) error {
	text, err := readBounded(ctx, c.Set, maxCardFile)
	if err != nil {
		return fmt.Errorf("--set: %w", err)
	}
	card := &maas.Card{}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(card); err != nil {
		return fmt.Errorf("--set: %s: it is no card: %w", c.Set, err)
	}
	if c.Models != "" {
		return errors.New("--set asks a controller or writes to ZooKeeper; a file of models is edited by hand")
	}
	flags := &changeFlags{zookeeperFlags: c.zookeeperFlags, controllerFlags: c.controllerFlags, By: c.By, JSON: c.JSON}
	return flags.do(ctx, s, operation{
		inRegistry: func(ctx context.Context, o *maas.Operation) error { return o.SetCard(ctx, c.Name, c.Version, card) },
		here: func(ctx context.Context, of *control.Client) ([]maas.VersionChange, error) {
			return of.SetCard(ctx, c.Name, c.Version, card)
		},
	})
}
