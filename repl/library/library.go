// Package library joins all families of functions besides those of the language, with
// what they ask of their host. The command, the reference and the tests of
// documentation have them from here, so that a family is joined in one place.
package library

import (
	"context"
	"sync"

	"github.com/stellarlang/stellar/functions"
	"github.com/stellarlang/stellar/functions/enrich"
	"github.com/stellarlang/stellar/functions/file"
	"github.com/stellarlang/stellar/functions/geo"
	"github.com/stellarlang/stellar/functions/kafka"
	"github.com/stellarlang/stellar/functions/match"
	"github.com/stellarlang/stellar/functions/object"
	"github.com/stellarlang/stellar/functions/profile"
	"github.com/stellarlang/stellar/functions/rest"
	"github.com/stellarlang/stellar/functions/shell"
	"github.com/stellarlang/stellar/functions/system"
	tablefunctions "github.com/stellarlang/stellar/functions/table"
	"github.com/stellarlang/stellar/functions/useragent"
	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/metron/management"
	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/value"
)

// Host is what the functions ask. With the zero Host they are documented and checked,
// and those that ask for what is not there fail.
type Host struct {
	System         system.Settings
	Client         *maas.Client     // of models
	Configurations management.Store // of Metron
	Profiles       profile.Store    // of what was measured
	Enrichments    enrich.Store     // of indicators
	Tables         table.Set        // of rows; nil without any, whose names are then not checked
	Places         geo.Host         // databases of addresses
	Files          file.Host
	Objects        *object.Files
	Rest           *rest.Client
	Kafka          *kafka.Client
	// Globals returns the global configuration, a map, or null without any.
	Globals func(ctx context.Context) (value.Value, error)
}

// Families returns the families of a command, which are not in the language itself.
func Families(h Host) []fn.Library {
	var all []fn.Func
	ofRules := sync.OnceValue(func() *stellar.Env { // the rules that a message is scored by
		env, _ := stellar.NewEnv(stellar.Options{Functions: all}) // it fails only where that of the command does
		return env
	})
	families := []fn.Library{
		system.Library(h.System), useragent.Library(), match.Library(),
		{Name: "maas", Doc: "models that are asked as services", Functions: maas.Functions(h.Client)},
		management.Library(management.Host{Env: ofRules, Store: h.Configurations, Globals: h.Globals}), management.StoreLibrary(h.Configurations),
		enrich.Library(h.enrichments()), tablefunctions.Library(h.tables()), geo.Library(h.Places),
		object.Library(object.Host{Files: h.Objects, Globals: h.Globals, Types: Types}),
		file.Library(h.Files),
		rest.Library(rest.Host{Client: h.Rest, Globals: h.Globals}),
		kafka.Library(kafka.Host{Client: h.Kafka, Globals: h.Globals}),
		profile.Library(profile.Host{Store: h.Profiles, Globals: h.Globals}),
	}
	all = fn.Join("command", "what the command adds to the language", families...).Functions
	return families
}

// All returns the families of the command and those that the shell adds, for
// documentation: none of the functions can be called.
func All() []fn.Library {
	return append(Families(Host{}), shell.Library(shell.Host{}))
}

// Types returns the types of objects that all functions know, for stores.
func Types() []*fn.Type {
	return append(fn.TypesOf(append(functions.Library().Functions, Functions(All())...)), profile.Periods)
}

// Functions returns the functions of families.
func Functions(families []fn.Library) []fn.Func {
	return fn.Join("command", "what the command adds to the language", families...).Functions
}
