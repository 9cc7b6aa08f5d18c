package geohash

import "math"

// earthRadius is the mean radius of the earth in kilometres.
const earthRadius = 6371.0087714

// A strategy computes the angle between two points on a sphere, from their latitudes
// and the difference of their longitudes, all in radians.
type strategy func(latitude1, latitude2, longitudes float64) float64

// strategies by name. VICENTY is spelt as in Metron.
var strategies = map[string]strategy{
	"HAVERSINE":      haversine,
	"LAW_OF_COSINES": lawOfCosines,
	"VICENTY":        vincenty,
}

func haversine(a, b, longitudes float64) float64 {
	sinLatitude, sinLongitude := math.Sin((a-b)/2), math.Sin(longitudes/2)
	h := sinLatitude*sinLatitude + math.Cos(a)*math.Cos(b)*sinLongitude*sinLongitude
	return 2 * math.Asin(math.Sqrt(min(h, 1)))
}

func lawOfCosines(a, b, longitudes float64) float64 {
	cos := math.Sin(a)*math.Sin(b) + math.Cos(a)*math.Cos(b)*math.Cos(longitudes)
	return math.Acos(max(-1, min(cos, 1)))
}

// vincenty is the special case of Vincenty's formula in which the ellipsoid is a
// sphere. It is exact for points close together and opposite each other alike. The
// usual cos a sin b - sin a cos b cos l is written so that nothing cancels out.
func vincenty(a, b, longitudes float64) float64 {
	sinLongitude := math.Sin(longitudes / 2)
	x := math.Cos(b) * math.Sin(longitudes)
	y := math.Sin(b-a) + 2*math.Sin(a)*math.Cos(b)*sinLongitude*sinLongitude
	z := math.Sin(a)*math.Sin(b) + math.Cos(a)*math.Cos(b)*math.Cos(longitudes)
	return math.Atan2(math.Hypot(x, y), z)
}

// distance returns the kilometres between two points.
func (s strategy) distance(a, b point) float64 {
	if a == b {
		return 0
	}
	return earthRadius * s(radians(a.latitude), radians(b.latitude), radians(a.longitude)-radians(b.longitude))
}

func radians(degrees float64) float64 { return degrees * (math.Pi / 180) }
func degrees(radians float64) float64 { return radians * (180 / math.Pi) }

// centroid sums up points on the unit sphere, each with a weight.
type centroid struct{ x, y, z, weight float64 }

func (c *centroid) add(p point, weight float64) {
	latitude, longitude := radians(p.latitude), radians(p.longitude)
	c.x += weight * math.Cos(latitude) * math.Cos(longitude)
	c.y += weight * math.Cos(latitude) * math.Sin(longitude)
	c.z += weight * math.Sin(latitude)
	c.weight += weight
}

// point returns the centre of mass, projected to the surface. ok is false if there is
// none.
func (c *centroid) point() (p point, ok bool) {
	x, y, z := c.x/c.weight, c.y/c.weight, c.z/c.weight
	p = point{degrees(math.Atan2(z, math.Hypot(x, y))), degrees(math.Atan2(y, x))}
	return p, c.weight != 0 && p.onEarth()
}
