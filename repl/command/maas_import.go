package command

import (
	"bytes"
	"context"
	"fmt"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/maas/mlflow"
	"github.com/stellarlang/stellar/repl/terminal"
)

// maasImportCommand takes over what MLflow knows of models.
type maasImportCommand struct {
	changeFlags
	URL    string `arg:"" help:"Where MLflow is, such as http://mlflow:5000."`
	Filter string `placeholder:"FILTER" help:"Choose models, in MLflow's language, such as \"name LIKE 'dga%' AND tags.team = 'soc'\"."`
	Token  string `placeholder:"FILE" help:"A file that holds the token by which MLflow knows who asks."`
}

// Help is called by the parser of the command line.
func (*maasImportCommand) Help() string {
	return `Takes over which versions of models are registered in MLflow: their cards, with tags, metrics of their runs and links back, and their aliases. Versions that are not known here get MLflow's protocol, and their stage if no other version is in production. Nothing runs by that; what MLflow does not know of stays.

  stellar maas import http://mlflow:5000
  stellar maas import http://mlflow:5000 --filter "tags.team = 'soc'" -z zk1:2181

A package whose script is exec mlflow models serve -m models:/dga/3 -p "$PORT" --env-manager local runs a version: stellar maas deploy ./dga --name dga --version 3.

Ends with 0, 1 if something was left out or refused, 2 if MLflow or the registry cannot be asked.`
}

// Run is called by the parser of the command line.
func (c *maasImportCommand) Run(ctx context.Context, s *streams) error {
	o := mlflow.Options{URL: c.URL, Filter: c.Filter}
	if c.Token != "" {
		text, err := readBounded(ctx, c.Token, maxToken)
		if err != nil {
			return fmt.Errorf("--token: %w", err)
		}
		o.Token = string(bytes.TrimSpace(text))
	}
	skipped := 0
	o.Skipped = func(err error) {
		skipped++
		fmt.Fprintln(s.err, "stellar:", terminal.Printable(err.Error()))
	}
	all, err := mlflow.Registered(ctx, o)
	if err != nil {
		return called(ctx, err)
	}
	err = c.do(ctx, s, operation{
		inRegistry: func(ctx context.Context, o *maas.Operation) error {
			for _, of := range all {
				if err := o.Import(ctx, of); err != nil {
					return err
				}
			}
			return nil
		},
		here: func(ctx context.Context, of *control.Client) ([]maas.VersionChange, error) {
			return of.Import(ctx, all)
		},
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.err, "stellar: %d versions are registered in MLflow\n", len(all))
	if skipped > 0 {
		return errFailed
	}
	return nil
}
