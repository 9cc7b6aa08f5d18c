package geohash

import (
	"math"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var geohashFunctions = []fn.Func{
	{
		Name: "GEOHASH_FROM_LATLONG",
		Params: []fn.Param{
			{Name: "latitude", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "degrees north, from -90 to 90, a number or its text"},
			{Name: "longitude", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true, Doc: "degrees east, from -180 to 180, a number or its text"},
			precisionParam,
		},
		Result: fn.String, ResultDoc: "the geohash; null if a coordinate is missing, null or no number",
		Doc: "Makes the geohash of a place. Places whose geohashes begin alike are close to each other.",
		Examples: []fn.Example{
			{Expr: "GEOHASH_FROM_LATLONG(48.669, -4.329, 6)", Want: "'gbsuv7'"},
			{Expr: "GEOHASH_FROM_LATLONG(null, -4.329)", Want: "null"},
		},
		Body: fromLatLong,
	},
	{
		Name: "GEOHASH_FROM_LOC",
		Params: []fn.Param{
			{Name: "location", Kinds: fn.Map, Null: fn.NullYieldsNull, Optional: true, Doc: "a map with the keys latitude and longitude, such as GEO_GET returns"},
			precisionParam,
		},
		Result: fn.String, ResultDoc: "the geohash; null if a coordinate is missing or no number",
		Doc: "Makes the geohash of a location.",
		Examples: []fn.Example{
			{Expr: "GEOHASH_FROM_LOC({'latitude' : '48.669', 'longitude' : '-4.329'}, 6)", Want: "'gbsuv7'"},
			{Expr: "GEOHASH_FROM_LOC({'city' : 'Brest'})", Want: "null"},
		},
		Cost: fn.LookUpCost,
		Body: fromLocation,
	},
	{
		Name: "GEOHASH_TO_LATLONG",
		Params: []fn.Param{
			{Name: "geohash", Kinds: fn.String, Null: fn.NullYieldsNull, Optional: true, Doc: "the geohash"},
		},
		Result: fn.Map, ResultDoc: "a map with the keys latitude and longitude, in degrees",
		Doc: "Returns the middle of the cell that a geohash names.",
		Examples: []fn.Example{
			{Expr: "GEOHASH_TO_LATLONG('ezs42')", Want: "{'latitude' : 42.60498046875, 'longitude' : -5.60302734375}"},
			{Expr: "GEOHASH_TO_LATLONG(null)", Want: "null"},
		},
		Cost: hashCost,
		Body: toLatLong,
	},
	{
		Name: "GEOHASH_DIST",
		Params: []fn.Param{
			{Name: "geohash1", Kinds: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "a geohash"},
			{Name: "geohash2", Kinds: fn.String, Null: fn.NullAccepted, Optional: true, Doc: "another geohash"},
			strategyParam,
		},
		Result: fn.Double, ResultDoc: "the distance in kilometres; null if a geohash is null or missing",
		Doc: "Computes the distance between the middles of two geohashes, on a sphere.",
		Examples: []fn.Example{
			{Expr: "ROUND(GEOHASH_DIST('gcpvj0e5', 'u09tvw0f'))", Want: "344.0"},
			{Expr: "GEOHASH_DIST('gcpvj', null)", Want: "null"},
		},
		Cost: hashCost,
		Body: dist,
	},
	{
		Name: "GEOHASH_MAX_DIST",
		Params: []fn.Param{
			{Name: "geohashes", Kinds: fn.Iterable, Null: fn.NullYieldsNull, Optional: true, Doc: "geohashes; nulls among them are left out"},
			strategyParam,
		},
		Result: fn.Double, ResultDoc: "the distance in kilometres; NaN if there are no geohashes",
		Doc: "Computes the largest distance between any two of some geohashes. Logins of one user from places far apart, within " +
			"little time, are suspicious.",
		Examples: []fn.Example{
			{Expr: "ROUND(GEOHASH_MAX_DIST(['gcpvj', 'u09tv', 'dr5re']))", Want: "5839.0"},
			{Expr: "GEOHASH_MAX_DIST(['gcpvj'])", Want: "0.0"},
			{Expr: "GEOHASH_MAX_DIST(null)", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: maxDist,
	},
	{
		Name: "GEOHASH_CENTROID",
		Params: []fn.Param{
			{Name: "geohashes", Kinds: fn.Any, Meant: fn.Iterable | fn.Map, Null: fn.NullYieldsNull, Optional: true,
				Doc: "geohashes, or a map from geohashes to their weights; anything else yields null"},
			{Name: "precision", Kinds: fn.Any, Meant: fn.Int, Null: fn.NullAccepted, Optional: true,
				Doc: "the number of characters, an int up to 12, which is the default"},
		},
		Result: fn.String, ResultDoc: "the geohash of the centre; null if there are no geohashes, or their weights add up to 0",
		Doc: "Finds the centre of mass of geohashes.",
		Examples: []fn.Example{
			{Expr: "GEOHASH_CENTROID(['gcpvj', 'u09tv'], 7)", Want: "'u0bvd31'"},
			{Expr: "GEOHASH_CENTROID({'gcpvj' : 3, 'u09tv' : 1}, 5)", Want: "'u103k'"},
			{Expr: "GEOHASH_CENTROID([])", Want: "null"},
		},
		Cost: fn.OwnCost,
		Body: centroidOf,
	},
}

var (
	precisionParam = fn.Param{
		Name: "precision", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
		Doc: "the number of characters, up to 12, which is the default; must not be null",
	}
	strategyParam = fn.Param{
		Name: "strategy", Kinds: fn.String, Null: fn.NullAccepted, Optional: true,
		Doc: "how to compute: 'HAVERSINE', which is the default, 'LAW_OF_COSINES' or 'VICENTY'; must not be null",
	}
)

// hashCost is that of the digits of a geohash.
const hashCost fn.Cost = 16

// stepsPerDistance is the work of computing one.
const stepsPerDistance = 2

// Keys of a location.
var (
	latitudeKey  = value.String("latitude")
	longitudeKey = value.String("longitude")
)

func fromLatLong(c *fn.Call) (value.Value, error) { return hashOf(c, c.Arg(0), c.Arg(1), 2) }

func fromLocation(c *fn.Call) (value.Value, error) {
	location := c.Arg(0).Map()
	if location == nil {
		return value.Null, nil
	}
	latitude, _ := location.Get(latitudeKey)
	longitude, _ := location.Get(longitudeKey)
	return hashOf(c, latitude, longitude, 1)
}

// hashOf returns the geohash of two coordinates. Argument i is the precision.
func hashOf(c *fn.Call, latitude, longitude value.Value, i int) (value.Value, error) {
	if latitude.IsNull() || longitude.IsNull() {
		return value.Null, nil
	}
	length := maxLength
	if i < len(c.Args) {
		given, ok := value.ToInt(c.Args[i])
		if !ok {
			return value.Null, fn.Argumentf(i, "the precision must be a number, up to %d", maxLength)
		}
		if length = int(given); length > maxLength {
			return value.Null, precisionTooLarge(i, length)
		}
	}
	north, ok := value.ToDouble(latitude)
	east, alsoOK := value.ToDouble(longitude)
	if !ok || !alsoOK {
		return value.Null, nil
	}
	p := point{north, east}
	if !p.onEarth() {
		return value.Null, fn.Argumentf(0, "there is no place of latitude %v and longitude %v: these go from -90 to 90 and from -180 to 180", north, east)
	}
	return value.String(p.hash(max(length, 0))), nil
}

func precisionTooLarge(i, precision int) error {
	return fn.Argumentf(i, "the precision is %d, the largest is %d", precision, maxLength)
}

func toLatLong(c *fn.Call) (value.Value, error) {
	if c.Arg(0).IsNull() {
		return value.Null, nil
	}
	p, err := centerOf(c.Args[0], 0)
	if err != nil {
		return value.Null, err
	}
	m := value.NewMap(2)
	m.Put(latitudeKey, value.Double(p.latitude))
	m.Put(longitudeKey, value.Double(p.longitude))
	return value.FromMap(m), nil
}

// centerOf returns the middle of a geohash, which is argument i or a part of it.
func centerOf(hash value.Value, i int) (point, error) {
	if hash.Kind() != value.KindString {
		return point{}, fn.Typef(i, "a geohash must be a string, not %s", fn.Of(hash.Kind()).Indefinite())
	}
	p, err := center(hash.Str())
	if err != nil {
		return point{}, fn.Argumentf(i, "%v", err)
	}
	return p, nil
}

// strategyOf returns the strategy that argument i names.
func strategyOf(c *fn.Call, i int) (strategy, error) {
	if i >= len(c.Args) {
		return haversine, nil
	}
	if s, ok := strategies[c.Args[i].Str()]; ok {
		return s, nil
	}
	return nil, fn.Argumentf(i, "the strategy must be 'HAVERSINE', 'LAW_OF_COSINES' or 'VICENTY'")
}

func dist(c *fn.Call) (value.Value, error) {
	if c.Arg(0).IsNull() || c.Arg(1).IsNull() {
		return value.Null, nil
	}
	s, err := strategyOf(c, 2)
	if err != nil {
		return value.Null, err
	}
	var ends [2]point
	for i := range ends {
		if ends[i], err = centerOf(c.Args[i], i); err != nil {
			return value.Null, err
		}
	}
	return value.Double(s.distance(ends[0], ends[1])), nil
}

func maxDist(c *fn.Call) (value.Value, error) {
	if c.Arg(0).IsNull() {
		return value.Null, nil
	}
	s, err := strategyOf(c, 1)
	if err != nil {
		return value.Null, err
	}
	points, farthest := []point{}, math.NaN()
	for hash := range iterate.Items(c.Args[0]) {
		if hash.IsNull() {
			continue
		}
		p, err := chargedCenter(c, hash)
		if err != nil {
			return value.Null, err
		}
		if len(points) == 0 {
			farthest = 0
		}
		for _, other := range points {
			if err := c.Spend(stepsPerDistance); err != nil {
				return value.Null, err
			}
			farthest = max(farthest, s.distance(p, other))
		}
		points = append(points, p)
	}
	return value.Double(farthest), nil
}

// bytesPerPoint is the memory of one in a list that grows by doubling.
const bytesPerPoint = 40

// chargedCenter is centerOf for a part of argument 0, the work and memory for which is
// charged.
func chargedCenter(c *fn.Call, hash value.Value) (point, error) {
	if err := c.Spend(1 + hashCost.Steps(hash.Size())); err != nil {
		return point{}, err
	}
	if err := c.Allocate(bytesPerPoint); err != nil {
		return point{}, err
	}
	return centerOf(hash, 0)
}

func centroidOf(c *fn.Call) (value.Value, error) {
	hashes := c.Arg(0)
	if !hashes.IsContainer() || hashes.Len() == 0 {
		return value.Null, nil
	}
	precision, err := intPrecision(c, 1)
	if err != nil {
		return value.Null, err
	}
	var sum centroid
	add := func(hash value.Value, weight float64) error {
		p, err := chargedCenter(c, hash)
		if err == nil {
			sum.add(p, weight)
		}
		return err
	}
	if m := hashes.Map(); m != nil {
		for hash, weight := range m.All() {
			if hash.IsNull() {
				continue
			}
			if weight.IsNull() {
				return value.Null, fn.Argumentf(0, "the weight of '%.40s' is null", hash)
			}
			if !fn.Number.Has(weight.Kind()) {
				return value.Null, fn.Typef(0, "a weight must be a number, not %s", fn.Of(weight.Kind()).Indefinite())
			}
			factor, _ := value.ToDouble(weight)
			if err := add(hash, factor); err != nil {
				return value.Null, err
			}
		}
	} else {
		for hash := range iterate.Items(hashes) {
			if hash.IsNull() {
				continue
			}
			if err := add(hash, 1); err != nil {
				return value.Null, err
			}
		}
	}
	p, ok := sum.point()
	if !ok {
		return value.Null, nil
	}
	return value.String(p.hash(max(precision, 0))), nil
}

// intPrecision returns argument i, which must be an int.
func intPrecision(c *fn.Call, i int) (int, error) {
	if i >= len(c.Args) {
		return maxLength, nil
	}
	switch v := c.Args[i]; {
	case v.IsNull():
		return 0, fn.Argumentf(i, "the precision must not be null")
	case v.Kind() != value.KindInt:
		return 0, fn.Typef(i, "the precision must be an int, not %s", fn.Of(v.Kind()).Indefinite())
	case v.Int64() > maxLength:
		return 0, precisionTooLarge(i, int(v.Int64()))
	default:
		return int(v.Int64()), nil
	}
}
