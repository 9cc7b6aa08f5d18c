package management

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/diag"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Store keeps the configurations of Metron, by paths: global, profiler,
// parsers/SENSOR, enrichments/SENSOR and indexing/SENSOR.
//
// Its methods return when ctx ends, are safe for concurrent use, and their errors hold
// nothing of the texts.
type Store interface {
	// Read returns the text of a configuration. found is false if there is none.
	Read(ctx context.Context, path string) (text []byte, found bool, err error)
	// Write stores the text of a configuration, in place of what there was.
	Write(ctx context.Context, path string, text []byte) error
}

// storeTime bounds a call of a store.
const storeTime = 10 * time.Second

// maxConfig bounds the text of a configuration, as nodes of ZooKeeper are.
const maxConfig = 1 << 20

// purityWith is the purity of functions that may ask a store.
func purityWith(store Store) fn.Purity {
	if store == nil {
		return fn.Pure
	}
	return fn.External
}

// kindOfConfig is a kind of configurations.
type kindOfConfig struct {
	name    string
	path    string // ends with / if each sensor has one
	written func(c fn.Budget, text string) (*value.Map, error)
}

var kindsOfConfigs = []kindOfConfig{
	{"ENRICHMENT", "enrichments/", enrichmentConfig}, {"INDEXING", "indexing/", document}, {"PARSER", "parsers/", parserConfig},
	{"GLOBAL", "global", document}, {"PROFILER", "profiler", document},
}

// configAt returns the kind of a name, which is argument 0, and the path of a sensor's.
func configAt(name string, sensor string, arg int) (kindOfConfig, string, error) {
	i := slices.IndexFunc(kindsOfConfigs, func(k kindOfConfig) bool { return k.name == name })
	if i < 0 {
		return kindOfConfig{}, "", fn.Argumentf(0, "type must be one of ENRICHMENT, INDEXING, PARSER, GLOBAL and PROFILER, not '%.40s'", name)
	}
	k := kindsOfConfigs[i]
	if !strings.HasSuffix(k.path, "/") {
		return k, k.path, nil
	}
	switch {
	case sensor == "":
		return k, "", fn.Argumentf(arg, "a configuration of the type %s is that of a sensor: name it", name)
	case sensor == "." || sensor == ".." || strings.ContainsAny(sensor, "/\\\x00") || len(sensor) > 200:
		return k, "", fn.Argumentf(arg, "the name of a sensor has no slashes, and is not . or ..")
	}
	return k, k.path + sensor, nil
}

// stored returns a configuration of a store.
func stored(c *fn.Call, store Store, kind, sensor string) (text string, found bool, err error) {
	_, path, err := configAt(kind, sensor, min(1, len(c.Args)-1))
	if err != nil {
		return "", false, err
	}
	if store == nil {
		return "", false, errNoStore
	}
	ctx, cancel := context.WithTimeout(c.Context(), storeTime)
	defer cancel()
	content, found, err := store.Read(ctx, path)
	switch {
	case c.Context().Err() != nil:
		return "", false, c.Context().Err()
	case err != nil:
		return "", false, fn.Externalf(0, "the configuration %s cannot be read: %v", path, err)
	}
	return string(content), found, c.Allocate(int64(len(content)))
}

var errNoStore = fn.Externalf(0, "there is no store of configurations: name ZooKeeper or a folder for them when the program starts")

// aboutArgument returns err, if it is about the argument of a configuration, as one about
// another argument.
func aboutArgument(err error, arg int) error {
	var e *fn.Error
	if isAboutArgument(err) && errors.As(err, &e) {
		about := *e
		about.Arg = arg
		return &about
	}
	return err
}

// isAboutArgument reports whether an error says that an argument is wrong.
func isAboutArgument(err error) bool {
	return errors.Is(err, diag.ErrArgument) || errors.Is(err, diag.ErrType)
}

// StoreLibrary returns CONFIG_GET and CONFIG_PUT, which read and write configurations of
// a store. They fail if it is nil.
func StoreLibrary(store Store) fn.Library {
	return fn.Library{Name: "configuration", Doc: "configurations of Metron, in a store", Functions: storeFunctions(store)}
}

func storeFunctions(store Store) []fn.Func {
	kindParam := fn.Param{Name: "type", Kinds: fn.String, Doc: "ENRICHMENT, INDEXING, PARSER, GLOBAL or PROFILER"}
	return []fn.Func{
		{
			Name: "CONFIG_GET",
			Params: []fn.Param{
				kindParam,
				{Name: "sensor", Kinds: fn.Any, Meant: fn.String | fn.Bool, Null: fn.NullAccepted, Optional: true, Doc: "the sensor whose configuration it is, for the first three types; false as the last argument is empty_if_missing"},
				{Name: "empty_if_missing", Kinds: fn.Any, Meant: fn.Bool, Null: fn.NullAccepted, Optional: true, Doc: "false returns null for a configuration that is not there, instead of an empty one"},
			},
			Result: fn.String, ResultDoc: "the configuration, in JSON; null if there is none, and it is to be null then",
			Doc:      "Reads a configuration of Metron in the store of the host: ZooKeeper, or a folder. Those of parsers and enrichments have the defaults of what they leave out.",
			Examples: []fn.Example{{Expr: `CONFIG_GET('PARSER', 'squid', false)`, Want: "null"}},
			Purity:   fn.External,
			Cost:     fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				empty := true
				if last := c.Args[len(c.Args)-1]; last.Kind() == value.KindBool {
					empty = last.Bool()
				}
				sensor := ""
				if v := c.Arg(1); v.Kind() == value.KindString {
					sensor = v.Str()
				}
				kind, path, err := configAt(c.Arg(0).Str(), sensor, min(1, len(c.Args)-1))
				if err != nil {
					return value.Null, err
				}
				text, found, err := stored(c, store, kind.name, sensor)
				switch {
				case err != nil:
					return value.Null, err
				case !found && !empty:
					return value.Null, nil
				case !found:
					text = "{}"
				}
				m, err := kind.written(c, text)
				if isAboutArgument(err) {
					return value.Null, fn.Externalf(0, "the configuration %s that is stored is wrong: %v", path, err)
				}
				if err != nil {
					return value.Null, err
				}
				return result(c, m)
			},
		},
		{
			Name: "CONFIG_PUT",
			Params: []fn.Param{
				kindParam,
				{Name: "config", Kinds: fn.String, Null: fn.NullAccepted, Doc: "the configuration, in JSON; null stores nothing"},
				{Name: "sensor", Kinds: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "the sensor whose configuration it is, for the first three types"},
			},
			Result: fn.Any, ResultDoc: "null",
			Doc:      "Stores a configuration of Metron in the store of the host: ZooKeeper, or a folder. What is not of the form of its type is refused.",
			Examples: []fn.Example{{Expr: `CONFIG_PUT('PARSER', '{"sensorTopic":"squid"}', 'squid')`, Want: "null"}},
			Purity:   fn.External,
			Cost:     fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				sensor := c.Arg(2).Str()
				kind, path, err := configAt(c.Arg(0).Str(), sensor, min(2, len(c.Args)-1))
				if err != nil || c.Arg(1).IsNull() {
					return value.Null, err
				}
				text := c.Arg(1).Str()
				if len(text) > maxConfig {
					return value.Null, fn.Limitf(1, "the configuration has more than %d bytes", maxConfig)
				}
				if _, err := kind.written(c, text); err != nil {
					return value.Null, aboutArgument(err, 1)
				}
				if store == nil {
					return value.Null, errNoStore
				}
				ctx, cancel := context.WithTimeout(c.Context(), storeTime)
				defer cancel()
				switch err := store.Write(ctx, path, []byte(text)); {
				case c.Context().Err() != nil:
					return value.Null, c.Context().Err()
				case err != nil:
					return value.Null, fn.Externalf(0, "the configuration %s cannot be stored: %v", path, err)
				}
				return value.Null, nil
			},
		},
	}
}
