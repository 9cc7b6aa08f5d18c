// Package geo has the functions that look up where an address is, and whose network it
// is in, in MaxMind databases. They never resolve names.
package geo

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// Database is a MaxMind database.
type Database interface {
	// Row returns the record of an address, a frozen map; null if there is none. It must
	// be safe for concurrent use.
	Row(key value.Value, at time.Time) (value.Value, error)
}

// Host is what the functions ask. A nil function means that there is no database.
type Host struct {
	// City returns the database of places, and Network that of autonomous systems.
	City, Network func(ctx context.Context) (Database, error)
}

// Errors for databases that a host does not have.
var (
	ErrNoCity    = errors.New("no database of places was given; the stellar command takes one by --geo, or from geo.hdfs.file of the global configuration")
	ErrNoNetwork = errors.New("no database of autonomous systems was given; the stellar command takes one by --asn, or from asn.hdfs.file of the global configuration")
)

// CityMembers lists the members of a record from which GEO_GET takes what it returns. A
// database whose records have none of them is of another kind.
func CityMembers() []string { return []string{"city", "country", "location", "postal"} }

// NetworkMembers is CityMembers for ASN_GET.
func NetworkMembers() []string {
	return []string{"autonomous_system_number", "autonomous_system_organization"}
}

// Library returns the family.
func Library(h Host) fn.Library {
	return fn.Library{Name: "geo", Doc: "where addresses are, and whose networks they are in", Functions: []fn.Func{
		function(h.Network, ErrNoNetwork, fn.Func{
			Name:      "ASN_GET",
			ResultDoc: "a map, or the text or number of a single field; empty or null if nothing is known",
			Doc: "Returns whose network an address is in, by a MaxMind database: autonomous_system_number, autonomous_system_organization, and network, which is the address itself, as in Metron. " +
				private + "In Metron, no IPv6 address has anything.",
			Examples: []fn.Example{{Expr: "ASN_GET('10.1.2.3')", Want: "{}"}, {Expr: "ASN_GET('web-1', ['network'])", Want: "null"}},
		}, networkFields),
		function(h.City, ErrNoCity, fn.Func{
			Name:      "GEO_GET",
			ResultDoc: "a map of texts, or the text of a single field; empty or null if nothing is known",
			Doc: "Returns where an address is, by a MaxMind database: locID, country, city, postalCode, dmaCode, latitude, longitude and location_point, of which those that are not known are empty. " +
				private + "In Metron, no IPv6 address has anything.",
			Examples: []fn.Example{{Expr: "GEO_GET('10.1.2.3')", Want: "{}"}, {Expr: "GEO_GET('::1', ['country', 'city'])", Want: "null"}, {Expr: "GEO_GET(' ')", Want: "null"}},
		}, cityFields),
	}}
}

const private = "Private, loopback and multicast addresses have nothing, nor have names, which are not resolved. "

// field is a field of a result, and how it comes from a record.
type field struct {
	name value.Value
	of   func(record value.Value, address string) value.Value
}

// function completes the declaration of a function.
func function(database func(context.Context) (Database, error), missing error, f fn.Func, fields []field) fn.Func {
	f.Params = []fn.Param{
		{Name: "ip", Kinds: fn.Any, Meant: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "the address"},
		{Name: "fields", Kinds: fn.Any, Meant: fn.List, Null: fn.NullAccepted, Optional: true, Doc: "a list of the fields that are wanted; the value of a single one is the result itself"},
	}
	f.Exact, f.Purity, f.Cost, f.Result = true, fn.External, fn.OwnCost, fn.Any
	f.Body = func(c *fn.Call) (value.Value, error) {
		listed := len(c.Args) > 1
		ip, wanted := c.Arg(0), c.Arg(1)
		switch {
		case listed && wanted.Kind() != value.KindList:
			return value.Null, nil
		case listed && ip.IsNull():
			return value.Null, nil
		case listed && ip.Kind() != value.KindString:
			return value.Null, fn.Typef(0, "an address is a string, and this is %s", ip.Kind())
		case ip.Kind() != value.KindString, !listed && strings.TrimSpace(ip.Str()) == "":
			return value.Null, nil
		}
		steps := int64(stepsOfLookUp)
		if listed {
			steps += int64(wanted.Len())
		}
		if err := c.Spend(steps); err != nil {
			return value.Null, err
		}
		record, err := recordOf(c, ip.Str(), database, missing)
		switch {
		case err != nil:
			return value.Null, err
		case record.IsNull() && listed:
			return value.Null, nil
		case record.IsNull():
			return value.FromMap(value.NewMap(0)), nil
		case !listed:
			all := value.NewMap(len(fields))
			for _, f := range fields {
				all.PutNew(f.name, f.of(record, ip.Str()))
			}
			result := value.FromMap(all)
			return result, c.Allocate(result.Size())
		case wanted.Len() == 1:
			return valueOf(fields, wanted.Item(0), record, ip.Str()), nil
		}
		some := value.NewMap(min(wanted.Len(), len(fields)))
		for name := range wanted.List().All() {
			if err := c.Allocate(bytesPerField); err != nil {
				return value.Null, err
			}
			some.Put(name, valueOf(fields, name, record, ip.Str()))
		}
		return value.FromMap(some), nil
	}
	return f
}

const (
	stepsOfLookUp = 30
	bytesPerField = 128
)

func valueOf(fields []field, name, record value.Value, address string) value.Value {
	for _, f := range fields {
		if value.Same(f.name, name) {
			return f.of(record, address)
		}
	}
	return value.Null
}

// recordOf returns the record of an address, null of one that cannot have any.
func recordOf(c *fn.Call, text string, database func(context.Context) (Database, error), missing error) (value.Value, error) {
	if !isPublic(text) {
		return value.Null, nil
	}
	if database == nil {
		return value.Null, fn.Externalf(fn.NoArg, "%v", missing)
	}
	opened, err := database(c.Context())
	switch {
	case c.Context().Err() != nil:
		return value.Null, c.Context().Err()
	case err != nil:
		return value.Null, fn.Externalf(fn.NoArg, "%v", err)
	}
	record, err := opened.Row(value.String(text), c.Now())
	if err != nil {
		return value.Null, fn.Externalf(0, "%v", err)
	}
	return record, nil
}

// isPublic reports whether a text is an address that a database may have. Unlike the
// rest of the language, this takes leading zeros for no address, as Metron does.
func isPublic(text string) bool {
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	return !a.IsUnspecified() && !a.IsLoopback() && !a.IsPrivate() && !a.IsMulticast()
}

// within returns what a record has at a path, null if there is nothing.
func within(record value.Value, path ...string) value.Value {
	for _, name := range path {
		if record.Kind() != value.KindMap {
			return value.Null
		}
		record, _ = record.Map().Get(value.String(name))
	}
	return record
}

// textAt makes a field of what stands at a path, as text.
func textAt(name string, path ...string) field {
	return field{value.String(name), func(record value.Value, _ string) value.Value {
		return value.String(textOf(within(record, path...)))
	}}
}

func textOf(v value.Value) string {
	switch {
	case v.Kind() == value.KindDouble:
		return string(value.AppendDouble(nil, v.Float64()))
	case v.IsIntegral() && v.Kind() != value.KindBigInt:
		return strconv.FormatInt(v.Int64(), 10)
	case v.Kind() == value.KindString:
		return v.Str()
	}
	return ""
}

var cityFields = []field{
	textAt("locID", "city", "geoname_id"), textAt("country", "country", "iso_code"), textAt("city", "city", "names", "en"),
	textAt("postalCode", "postal", "code"), textAt("dmaCode", "location", "metro_code"),
	textAt("latitude", "location", "latitude"), textAt("longitude", "location", "longitude"),
	{value.String("location_point"), func(record value.Value, _ string) value.Value {
		latitude, longitude := textOf(within(record, "location", "latitude")), textOf(within(record, "location", "longitude"))
		if latitude == "" || longitude == "" {
			return value.String("")
		}
		return value.String(latitude + "," + longitude)
	}},
}

var networkFields = []field{
	{value.String("autonomous_system_number"), func(record value.Value, _ string) value.Value {
		if number := within(record, "autonomous_system_number"); number.IsIntegral() {
			return value.Integer(number.Int64())
		}
		return value.Null
	}},
	textAt("autonomous_system_organization", "autonomous_system_organization"),
	{value.String("network"), func(_ value.Value, address string) value.Value { return value.String(address) }},
}
