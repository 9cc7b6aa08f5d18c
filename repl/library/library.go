// Package library joins all families of functions besides those of the language, with
// what they ask of their host. The command, the reference and the tests of
// documentation have them from here, so that a family is joined in one place.
package library

import (
	"sync"

	"github.com/stellarlang/stellar/functions/match"
	"github.com/stellarlang/stellar/functions/shell"
	"github.com/stellarlang/stellar/functions/system"
	"github.com/stellarlang/stellar/functions/useragent"
	"github.com/stellarlang/stellar/maas"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/rules/metron/management"
)

// Host is what the functions ask. With the zero Host they are documented and checked,
// and those that ask for what is not there fail.
type Host struct {
	System         system.Settings
	Client         *maas.Client     // of models
	Configurations management.Store // of Metron
}

// Families returns the families of a command, which are not in the language itself.
func Families(h Host) []fn.Library {
	var functions []fn.Func
	ofRules := sync.OnceValue(func() *stellar.Env { // the rules that a message is scored by
		env, _ := stellar.NewEnv(stellar.Options{Functions: functions}) // it fails only where that of the command does
		return env
	})
	families := []fn.Library{
		system.Library(h.System), useragent.Library(), match.Library(),
		{Name: "maas", Doc: "models that are asked as services", Functions: maas.Functions(h.Client)},
		management.Library(ofRules, h.Configurations), management.StoreLibrary(h.Configurations),
	}
	functions = fn.Join("command", "what the command adds to the language", families...).Functions
	return families
}

// All returns the families of the command and those that the shell adds, for
// documentation: none of the functions can be called.
func All() []fn.Library {
	return append(Families(Host{}), shell.Library(shell.Host{}))
}

// Functions returns the functions of families.
func Functions(families []fn.Library) []fn.Func {
	return fn.Join("command", "what the command adds to the language", families...).Functions
}
