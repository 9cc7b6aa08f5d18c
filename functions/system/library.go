// Package system has the functions that ask for settings of the process. Settings can
// be secrets, so a host decides whether expressions see any, and which: the library of
// the language does not have this family.
package system

import (
	"os"
	"os/user"
	"runtime"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Settings are what expressions see of the process. The zero Settings are none.
type Settings struct {
	// Environment returns an environment variable, such as os.LookupEnv does. It
	// must be safe for concurrent use. Nil means that there are none.
	Environment func(name string) (text string, ok bool)
	// Properties are the system properties of Java that rules written for Metron ask
	// for, by their names.
	Properties map[string]string
}

// OfProcess returns the settings of this process: all its environment variables, and
// the properties of Java that have a counterpart: os.name, os.arch, user.name, user.dir,
// user.home, file.separator, path.separator, line.separator and java.io.tmpdir. What
// cannot be found out is missing.
func OfProcess() Settings {
	properties := map[string]string{
		"os.name":        runtime.GOOS,
		"os.arch":        runtime.GOARCH,
		"file.separator": string(os.PathSeparator),
		"path.separator": string(os.PathListSeparator),
		"line.separator": "\n",
		"java.io.tmpdir": os.TempDir(),
	}
	if runtime.GOOS == "windows" {
		properties["line.separator"] = "\r\n"
	}
	if u, err := user.Current(); err == nil {
		properties["user.name"] = u.Username
	}
	if directory, err := os.Getwd(); err == nil {
		properties["user.dir"] = directory
	}
	if home, err := os.UserHomeDir(); err == nil {
		properties["user.home"] = home
	}
	return Settings{Environment: os.LookupEnv, Properties: properties}
}

// Library returns the family, which sees the settings.
func Library(s Settings) fn.Library {
	property := func(name string) (string, bool) {
		text, ok := s.Properties[name]
		return text, ok
	}
	environment := s.Environment
	if environment == nil {
		environment = func(string) (string, bool) { return "", false }
	}
	return fn.Library{
		Name: "system",
		Doc:  "settings of the process",
		Functions: []fn.Func{
			{
				Name:      "SYSTEM_ENV_GET",
				Params:    nameParams("of an environment variable"),
				Result:    fn.String,
				ResultDoc: "its text; null if it is not set, or the name is no string",
				Doc:       "Returns an environment variable of the process.",
				Examples:  []fn.Example{{Expr: "SYSTEM_ENV_GET('NO_SUCH_VARIABLE')", Want: "null"}, {Expr: "SYSTEM_ENV_GET(null)", Want: "null"}},
				Purity:    fn.Impure,
				Unary:     setting(environment),
			},
			{
				Name:      "SYSTEM_PROPERTY_GET",
				Params:    nameParams("of a system property as Java has them, such as 'user.name'"),
				Result:    fn.String,
				ResultDoc: "its text; null if there is none, or the name is no string",
				Doc:       "Returns a property of the system.",
				Examples:  []fn.Example{{Expr: "SYSTEM_PROPERTY_GET('no.such.property')", Want: "null"}, {Expr: "SYSTEM_PROPERTY_GET(null)", Want: "null"}},
				Purity:    fn.Impure,
				Unary:     setting(property),
			},
		},
	}
}

func nameParams(of string) []fn.Param {
	return []fn.Param{{
		Name: "name", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "the name " + of,
	}}
}

// setting makes a body that looks a name up.
func setting(lookUp func(string) (string, bool)) fn.Unary {
	return func(name value.Value, _ fn.Budget) (value.Value, error) {
		if name.Kind() != value.KindString {
			return value.Null, nil
		}
		text, ok := lookUp(name.Str())
		if !ok {
			return value.Null, nil
		}
		return value.String(text), nil
	}
}
