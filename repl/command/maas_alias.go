package command

import (
	"context"
	"errors"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
)

// maasAliasCommand gives a version another name.
type maasAliasCommand struct {
	changeFlags
	Name    string `arg:"" help:"The model."`
	Alias   string `arg:"" help:"The name, such as stable."`
	Version string `arg:"" optional:"" help:"The version that has it from now on, and no other one."`
	Remove  bool   `help:"No version has it any more."`
	Force   bool   `help:"Do so even if no instance of the version runs."`
}

// Help is called by the parser of the command line.
func (*maasAliasCommand) Help() string {
	return `  stellar maas alias dga stable 1.2
  stellar maas alias dga stable --remove -z zk1:2181

Rules that ask for MAAS_GET_ENDPOINT('dga', 'stable') get this version from then on, whatever its stage and weight are.`
}

// Run is called by the parser of the command line.
func (c *maasAliasCommand) Run(ctx context.Context, s *streams) error {
	if c.Remove == (c.Version != "") {
		return errors.New("name the version that has the alias, or use --remove")
	}
	return c.do(ctx, s, operation{
		force:      c.Force,
		inRegistry: func(ctx context.Context, o *maas.Operation) error { return o.SetAlias(ctx, c.Name, c.Alias, c.Version) },
		here: func(ctx context.Context, of *control.Client) ([]maas.VersionChange, error) {
			return of.SetAlias(ctx, c.Name, c.Alias, c.Version, c.Force)
		},
	})
}
