package geohash

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// The middle of a geohash has that geohash.
func TestCenterOfHash(t *testing.T) {
	for latitude := -90.0; latitude <= 90; latitude += 7.3 {
		for longitude := -180.0; longitude <= 180; longitude += 11.9 {
			hash := point{latitude, longitude}.hash(maxLength)
			p, err := center(hash)
			require.NoError(t, err)
			require.InDelta(t, latitude, p.latitude, 1e-6)
			require.InDelta(t, longitude, p.longitude, 1e-6)
			require.Equal(t, hash, p.hash(maxLength))
		}
	}
}

func TestStrategiesAgree(t *testing.T) {
	points := []point{{0, 0}, {51.5, -0.1}, {-33.9, 151.2}, {89.9, 10}, {-90, 0}, {40.7, -74}}
	for _, a := range points {
		for _, b := range points {
			want := strategy(haversine).distance(a, b)
			for name, s := range strategies {
				require.InDelta(t, want, s.distance(a, b), 1e-3, "%s from %v to %v", name, a, b)
			}
		}
	}
	antipodes := strategy(vincenty).distance(point{10, 20}, point{-10, -160})
	require.InDelta(t, math.Pi*earthRadius, antipodes, 1e-6)
}

func TestCentroid(t *testing.T) {
	var sum centroid
	_, ok := sum.point()
	require.False(t, ok, "of nothing")
	sum.add(point{0, 10}, 1)
	sum.add(point{0, 30}, 1)
	p, ok := sum.point()
	require.True(t, ok)
	require.InDelta(t, 20, p.longitude, 1e-9)
	sum.add(point{0, 20}, -2)
	_, ok = sum.point()
	require.False(t, ok, "weights that cancel out")
}
