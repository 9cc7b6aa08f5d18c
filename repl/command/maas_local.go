package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/control"
	"github.com/stellarlang/stellar/repl/terminal"
)

// controllerFlags choose the controller of this machine.
type controllerFlags struct {
	State string `placeholder:"DIR" help:"The folder of the controller of this machine; by default stellar/maas in ${state_help}."`
}

// stateHelp says where programs keep what they know of themselves.
const stateHelp = "$XDG_STATE_HOME or ~/.local/state"

// folder returns the folder of the controller.
func (f *controllerFlags) folder() (string, error) {
	if f.State != "" {
		return filepath.Abs(f.State)
	}
	folder, err := terminal.StateFolder("stellar")
	if err != nil {
		return "", fmt.Errorf("%w; use --state DIR", err)
	}
	return filepath.Join(folder, "maas"), nil
}

// dial returns a client of the controller, which must be closed. Otherwise says what can
// be done without one, if anything can.
func (f *controllerFlags) dial(ctx context.Context, otherwise string) (*control.Client, error) {
	folder, err := f.folder()
	if err != nil {
		return nil, err
	}
	c, err := control.NewClient(ctx, folder)
	switch {
	case !errors.Is(err, control.ErrNone):
		return c, err
	case f.State != "":
		return nil, fmt.Errorf("%w: start one with stellar maas up%s", err, f.stateFlag())
	}
	return nil, fmt.Errorf("%w on this machine: start one with stellar maas up%s", control.ErrNone, otherwise)
}

func (f *controllerFlags) stateFlag() string {
	if f.State == "" {
		return ""
	}
	return " --state " + f.State
}

// modelsFlags choose the registry of models for commands that know the controller of this
// machine: its registry is taken if no other one is named.
type modelsFlags struct {
	registryFlags
	controllerFlags
}

// errTwoRegistries is for flags of which one would be ignored.
var errTwoRegistries = errors.New("--state names the controller of this machine: use it without -z and --models")

// openRegistry opens the registry, which must be closed.
func (f *modelsFlags) openRegistry(ctx context.Context, r *reporter, required bool) (maas.Registry, error) {
	if f.State != "" && (f.Models != "" || len(f.Zookeeper) > 0) {
		return nil, errTwoRegistries
	}
	registry, err := f.registryFlags.openRegistry(ctx, r, required)
	if !errors.Is(err, errNoRegistry) {
		return registry, err
	}
	return f.follow(ctx, r, ", or use --models FILE or -z HOST:PORT")
}

// follow returns the registry of the controller, which must be closed.
func (f *controllerFlags) follow(ctx context.Context, r *reporter, otherwise string) (maas.Registry, error) {
	c, err := f.dial(ctx, otherwise)
	if err != nil {
		return nil, err
	}
	c.Close()
	folder, err := f.folder()
	if err != nil {
		return nil, err
	}
	registry, err := maas.FollowFile(control.ModelsFile(folder), maas.FollowOptions{Observe: r.registryEvent})
	if err != nil {
		return nil, err
	}
	return &localRegistry{registry, folder}, nil
}

// localRegistry is that of the controller of this machine, which is told what is seen of
// its models.
type localRegistry struct {
	maas.Registry
	folder string // of the controller
}

// ofController returns a registry of a file as that of a controller, if it is that.
func ofController(registry maas.Registry, file string) maas.Registry {
	folder, err := filepath.Abs(filepath.Dir(file))
	if err != nil || filepath.Join(folder, filepath.Base(file)) != control.ModelsFile(folder) {
		return registry
	}
	if _, err := os.Lstat(control.Socket(folder)); err != nil {
		return registry
	}
	return &localRegistry{registry, folder}
}

// noInstance says why no instance of a model is there.
func (f *modelsFlags) noInstance(ctx context.Context, snapshot *maas.Snapshot, model string) string {
	unknown := snapshot.UnknownModel(model)
	if f.Models != "" || len(f.Zookeeper) > 0 {
		return unknown
	}
	c, err := f.dial(ctx, "")
	if err != nil {
		return unknown
	}
	defer c.Close()
	all, err := c.Deployments(ctx)
	if err != nil {
		return unknown
	}
	for _, d := range all {
		if d.Model != model || d.Revision == 0 {
			continue
		}
		if d.Replicas == 0 {
			return fmt.Sprintf("%s is deployed with no replicas: stellar maas scale %s 1%s", model, model, f.stateFlag())
		}
		return fmt.Sprintf("%s is deployed, but no replica serves now: stellar maas status %s%s says why", model, model, f.stateFlag())
	}
	return unknown
}

// byteSize is a number of bytes, such as 512MiB.
type byteSize int64

var byteUnits = []struct {
	name  string
	bytes float64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}}

// UnmarshalText reads a number with a unit.
func (b *byteSize) UnmarshalText(text []byte) error {
	number, unit := strings.TrimSpace(string(text)), 1.0
	for _, of := range byteUnits {
		if cut, ok := strings.CutSuffix(number, of.name); ok {
			number, unit = strings.TrimSpace(cut), of.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || !(n >= 0 && n*unit < 1<<60) {
		return fmt.Errorf("%q is no size such as 512MiB or 2GiB", text)
	}
	*b = byteSize(n * unit)
	return nil
}
