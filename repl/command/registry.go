package command

import (
	"context"
	"errors"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
)

// registryFlags choose the registry of models.
type registryFlags struct {
	Zookeeper []string `short:"z" sep:"," placeholder:"HOST:PORT" xor:"registry" help:"Find models in ZooKeeper, at one of its servers."`
	Models    string   `placeholder:"FILE" xor:"registry" help:"Find models in a JSON file: {\"models\": [{\"name\": …, \"version\": …, \"url\": …}]}"`
}

var errNoRegistry = errors.New("no models were named: use --models FILE or -z HOST:PORT")

// openRegistry opens the registry, which must be closed. It fails with errNoRegistry if
// none is chosen. A registry that is required is known when openRegistry returns.
func (f *registryFlags) openRegistry(ctx context.Context, r *reporter, required bool) (maas.Registry, error) {
	registry, err := f.openChosen(ctx, r, required)
	if err != nil && ctx.Err() != nil {
		return nil, errInterrupted
	}
	return registry, err
}

func (f *registryFlags) openChosen(ctx context.Context, r *reporter, required bool) (maas.Registry, error) {
	switch {
	case len(f.Zookeeper) > 0:
		return zookeeper.Open(ctx, zookeeper.Options{Servers: f.Zookeeper, RequireStart: required, Observe: r.registryEvent})
	case f.Models != "":
		return maas.FromFile(f.Models)
	}
	return nil, errNoRegistry
}
