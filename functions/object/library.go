// Package object has the functions that look things up in objects that are kept in files,
// such as maps of what is known of addresses.
package object

import (
	"context"
	"time"

	"github.com/stellarlang/stellar/functions/internal/folder"
	"github.com/stellarlang/stellar/functions/internal/globals"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Host is what the functions ask.
type Host struct {
	// Files are those that may be read. Nil means that there are none.
	Files *Files
	// Globals returns the global configuration, a map, or null if there is none. Nil means
	// that there is none. An error makes a call fail.
	Globals func(ctx context.Context) (value.Value, error)
	// Types returns the types of objects that files in the binary form may hold. Nil
	// means none.
	Types func() []*fn.Type
}

// Files are those below a folder, or all of them.
type Files struct{ folder *folder.Folder }

// Open returns the files below a folder, whose paths are absolute or begin there. It must
// be closed.
func Open(path string) (*Files, error) {
	f, err := folder.Open(path)
	if err != nil {
		return nil, err
	}
	return &Files{f}, nil
}

// All returns all files that the process may read.
func All() *Files { return &Files{folder.Whole()} }

// Close closes the folder.
func (f *Files) Close() error { return f.folder.Close() }

const settingsDoc = "It is kept for some time, and read again when the file has changed. " +
	"The global configuration may set how many are kept, for how long, and how large a file may be: " +
	"object.cache.size, 1000; object.cache.expiration, 1440, with object.cache.time.unit, MINUTES; object.cache.max.file.size, 1048576 bytes"

// Library returns the family.
func Library(h Host) fn.Library {
	path := fn.Param{Name: "path", Kinds: fn.String, Null: fn.NullAccepted, Doc: "a file that holds JSON, or a value in the binary form that stores have"}
	objects, enrichments := newCache(h, ""), newCache(h, "enrichment.object.get.settings")
	optional := path
	optional.Optional = true
	return fn.Library{Name: "object", Doc: "objects in files", Functions: []fn.Func{
		{
			Name: "OBJECT_GET", Params: []fn.Param{optional},
			Result: fn.Any, ResultDoc: "the object; null of null and of an empty file",
			Doc:      "Reads an object from a file. " + settingsDoc + ".",
			Examples: []fn.Example{{Expr: "OBJECT_GET(null)", Want: "null"}},
			Purity:   fn.External, Cost: fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				if c.Arg(0).IsNull() {
					return value.Null, nil
				}
				return objects.get(c)
			},
		},
		{
			Name: "ENRICHMENT_OBJECT_GET", Exact: true,
			Params: []fn.Param{path, {Name: "indicator", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "the key to look up"}},
			Result: fn.Any, ResultDoc: "the value of the key; null of null, and if the map does not have the key",
			Doc: "Looks a key up in a map that is kept in a file. " + settingsDoc +
				". These stand in the map enrichment.object.get.settings of it.",
			Examples: []fn.Example{{Expr: "ENRICHMENT_OBJECT_GET('owners.json', null)", Want: "null"}},
			Purity:   fn.External, Cost: fn.OwnCost,
			Body: func(c *fn.Call) (value.Value, error) {
				if c.Args[0].IsNull() || c.Args[1].IsNull() {
					return value.Null, nil
				}
				object, err := enrichments.get(c)
				if err != nil {
					return value.Null, err
				}
				m := object.Map()
				if m == nil {
					return value.Null, fn.Externalf(0, "the file %.200q holds a %s, not a JSON object", c.Args[0].Str(), object.Kind())
				}
				found, _ := m.Get(c.Args[1])
				return found, nil
			},
		},
	}}
}

// settings are those of a cache.
type settings struct {
	most int           // objects
	age  time.Duration // of an object
	size int64         // of a file, in bytes
}

// units are those of java.util.concurrent.TimeUnit.
var units = map[string]time.Duration{
	"NANOSECONDS": time.Nanosecond, "MICROSECONDS": time.Microsecond, "MILLISECONDS": time.Millisecond,
	"SECONDS": time.Second, "MINUTES": time.Minute, "HOURS": time.Hour, "DAYS": 24 * time.Hour,
}

// The settings when nobody says anything, and their limits.
const (
	usualObjects = 1000
	usualAge     = 1440
	usualSize    = 1 << 20
	maxObjects   = 100_000
	maxSize      = 256 << 20
	maxAge       = 1 << 20 // of any unit
)

// settingsOf reads the settings of the global configuration, which are in a member of it
// if that has a name.
func (h Host) settingsOf(c *fn.Call, member string) (settings, error) {
	s := settings{usualObjects, usualAge * time.Minute, usualSize}
	m, err := globals.Of(c, h.Globals)
	if err != nil {
		return s, err
	}
	if m != nil && member != "" {
		nested, _ := m.Get(value.String(member))
		m = nested.Map()
	}
	if m == nil {
		return s, nil
	}
	number := func(name string, otherwise, most int64) int64 {
		v, _ := m.Get(value.String(name))
		n, ok := value.ToLong(v)
		if !ok || n < 0 {
			return otherwise
		}
		return min(n, most)
	}
	s.most = int(number("object.cache.size", usualObjects, maxObjects))
	s.size = number("object.cache.max.file.size", usualSize, maxSize)
	unit := time.Minute
	if v, ok := m.Get(value.String("object.cache.time.unit")); ok {
		if unit, ok = units[v.Str()]; !ok {
			return s, fn.Externalf(fn.NoArg, "object.cache.time.unit of the global configuration is no unit of time, such as MINUTES")
		}
	}
	older := number("object.cache.expiration.minutes", -1, maxAge)
	age := number("object.cache.expiration", -1, maxAge)
	switch {
	case age >= 0:
		s.age = time.Duration(min(age, int64(maxAge*time.Minute/unit))) * unit
	case older >= 0:
		s.age = time.Duration(older) * time.Minute
	}
	return s, nil
}
