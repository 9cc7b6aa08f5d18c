package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/stellarlang/stellar/functions/system"
	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/maas/zookeeper"
	"github.com/stellarlang/stellar/repl"
	"github.com/stellarlang/stellar/repl/library"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/metron/management"
	"github.com/stellarlang/stellar/stellar/rules/sigma"
	"github.com/stellarlang/stellar/stellar/store"
	"github.com/stellarlang/stellar/stellar/value"
)

// hostFlags choose the host of expressions.
type hostFlags struct {
	variablesFlag
	storeFlag
	tableFlags
	registryFlags `group:"Models and configurations:"`
	outsideFlags  `group:"Services and files:"`
	Config        string `group:"Models and configurations:" placeholder:"DIR" help:"Where configurations of Metron are, for CONFIG_GET, CONFIG_PUT and PARSER_INIT: a folder with global.json, parsers/SENSOR.json, …; ZooKeeper if it is left out and -z is given."`
	RequireModels bool   `group:"Models and configurations:" help:"Do not start without the models of the registry, and let expressions fail that cannot ask one, instead of giving null."`

	writesStore    bool
	describeTables bool // only their columns, which is enough for checks
}

// offlineFlags choose the host of expressions that ask no model.
type offlineFlags struct {
	variablesFlag
	tableFlags
	describeTables bool
}

// variablesFlag says what variables expressions find besides fields.
type variablesFlag struct {
	Variables string `short:"v" placeholder:"FILE" help:"A JSON object whose members are variables: a file, or the object itself, such as '{\"bytes\": 5}'."`
}

// open makes a host without models, which must be closed.
func (f *offlineFlags) open(ctx context.Context, r *reporter) (*host, error) {
	return (&hostFlags{variablesFlag: f.variablesFlag, tableFlags: f.tableFlags, describeTables: f.describeTables}).open(ctx, r, 1)
}

// callsOfModel is how many calls of a model are under way at a time at most, unless
// more evaluations are, of which none is to wait for the call of another.
const callsOfModel = 256

// host is what expressions find around them: variables, and functions that ask models.
type host struct {
	report         *reporter
	functions      []fn.Func
	observe        func(fn.Event)
	variables      stellar.Resolver // nil without any
	registry       maas.Registry
	noRegistry     bool // was named; registry is an empty one then
	client         *client
	configurations management.Store                           // of Metron, nil without any
	globals        func(context.Context) (value.Value, error) // the global configuration, null without any
	kept           store.Store                                // of profiles, nil without one
	folder         *management.Folder                         // of configurations, nil without one
	tables         *tables
	outside        *outside
	asked          library.Host // what functions ask
}

// open makes a host, which must be closed, for so many evaluations at the same time.
// Failures that expressions see as null go to the reporter.
func (f *hostFlags) open(ctx context.Context, r *reporter, parallel int) (*host, error) {
	h := &host{report: r, observe: r.event}
	var err error
	if h.variables, err = f.readVariables(ctx); err != nil {
		return nil, err
	}
	h.registry, err = f.openRegistry(ctx, r, f.RequireModels)
	if errors.Is(err, errNoRegistry) {
		registry, here := (&controllerFlags{}).follow(ctx, r, "")
		if ctx.Err() != nil {
			return nil, errInterrupted
		}
		if here == nil {
			h.registry, err = registry, nil
		}
	}
	switch {
	case errors.Is(err, errNoRegistry) && !f.RequireModels:
		h.registry, h.noRegistry = &maas.Memory{}, true
		h.observe = func(e fn.Event) {
			if errors.Is(e.Err, maas.ErrNoInstance) {
				e.Err = errNoRegistry
			}
			r.event(e)
		}
	case err != nil:
		return nil, err
	}
	if h.configurations, err = f.openConfigurations(h); err == nil {
		h.kept, err = f.openStore(ctx, f.writesStore)
	}
	if err == nil {
		h.outside, err = f.openOutside(ctx, r)
	}
	if err != nil {
		h.close()
		return nil, err
	}
	h.client = newClient(h.registry, maas.Options{
		Concurrency: max(parallel, callsOfModel), Required: f.RequireModels, Observe: r.clientEvent,
	})
	h.globals = library.StoredGlobals(h.configurations)
	if h.tables, err = f.openTables(ctx, r, f.describeTables, h.globals); err != nil {
		h.close()
		return nil, err
	}
	h.asked = h.hostOfFunctions()
	h.functions = library.Functions(library.Families(h.asked))
	return h, nil
}

// openConfigurations opens the store of configurations, nil if there is none.
func (f *hostFlags) openConfigurations(h *host) (management.Store, error) {
	if f.Config != "" {
		folder, err := management.OpenFolder(f.Config)
		if err != nil {
			return nil, fmt.Errorf("--config: %w", err)
		}
		h.folder = folder
		return folder, nil
	}
	if registry, ok := h.registry.(*zookeeper.Registry); ok {
		return registry.Configurations(), nil
	}
	return nil, nil
}

// hostOfFunctions returns what functions ask of the host.
func (h *host) hostOfFunctions() library.Host {
	asked := library.Host{
		System: system.OfProcess(), Client: h.client.Client, Configurations: h.configurations, Globals: h.globals,
		Places: h.tables.places,
		Files:  h.outside.files, Objects: h.outside.objects, Rest: h.outside.rest, Kafka: h.outside.kafka,
	}
	if len(h.tables.named) > 0 {
		asked.Tables = h.tables.named
	}
	if h.kept != nil {
		types := library.Types()
		asked.Profiles = store.Profiles{Store: h.kept, Types: types}
		asked.Enrichments = store.Enrichments{Store: h.kept, Types: types}
	}
	return asked
}

// env returns the environment of a run, the events of which are observed.
func (h *host) env() (*stellar.Env, error) {
	options := h.environment()
	options.Observer = h.observe
	return stellar.NewEnv(options)
}

// environment returns options for rules.
func (h *host) environment() stellar.Options {
	return stellar.Options{
		Functions: h.functions,
		Limits:    stellar.Limits{SourceLength: sigma.SourceLength}, // lists of indicators are long
	}
}

// session returns a session, the events of which come with its results.
func (h *host) session() (*repl.Session, error) {
	return repl.New(repl.Options{
		Environment: stellar.Options{Functions: h.functions}, Variables: h.variables,
	})
}

// showEvents shows the events of a result.
func (h *host) showEvents(r repl.Result) {
	for _, e := range r.Events {
		h.observe(e)
	}
	if r.MoreEvents > 0 {
		h.report.printf("%d times: other failures that expressions do not show", r.MoreEvents)
	}
}

// close ends connections; there is nothing left to do about a failure.
func (h *host) close() {
	if h.tables != nil {
		h.tables.close()
	}
	if h.client != nil {
		_ = h.client.Close()
	}
	_ = h.registry.Close()
	if h.outside != nil {
		h.outside.close()
	}
	if h.folder != nil {
		_ = h.folder.Close()
	}
	if h.kept != nil {
		_ = h.kept.Close()
	}
}

// byteOrderMark is what some programs put before a text in UTF-8.
var byteOrderMark = []byte("\ufeff")

// maxVariables bounds a file of variables, in bytes.
const maxVariables = 64 << 20

// readVariables returns the variables, nil without any.
func (f *variablesFlag) readVariables(ctx context.Context) (stellar.Resolver, error) {
	if f.Variables == "" {
		return nil, nil
	}
	name, text := f.Variables+": ", []byte(f.Variables)
	if strings.HasPrefix(strings.TrimSpace(f.Variables), "{") {
		name = ""
	} else {
		var err error
		if text, err = readBounded(ctx, f.Variables, maxVariables); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("variables: there is no file %s; variables are a file with a JSON object, or the object itself: -v '{\"bytes\": 5}'", f.Variables)
		} else if err != nil {
			return nil, fmt.Errorf("variables: %w", err)
		}
	}
	variables, err := stellar.JSON(bytes.TrimPrefix(text, byteOrderMark))
	if err != nil {
		return nil, fmt.Errorf("variables: %s%w", name, err)
	}
	return variables, nil
}
