package maxmind_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/geo"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/table/maxmind"
	"github.com/stellarlang/stellar/stellar/table/maxmind/maxmindtest"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

var cities = map[string]maxmindtest.Map{
	"81.2.69.142/31": maxmindtest.City(2643743, "GB", "London", "OX1", 51.5142, -0.0931),
	"89.160.20.0/24": maxmindtest.City(0, "SE", "", "", 0, 0),
	"2001:218::/32":  maxmindtest.City(5, "JP", "Tokyo", "", 35.5, 139),
	"10.0.0.0/8":     maxmindtest.City(6, "XX", "Inside", "", 1, 2),
}

var systems = map[string]maxmindtest.Map{"1.128.0.0/11": maxmindtest.System(1221, "Telstra Pty Ltd"), "4.0.0.0/8": {}}

func TestLoad(t *testing.T) {
	for _, name := range []string{"a.mmdb", "a.mmdb.gz", "a.tar.gz"} {
		file := filepath.Join(t.TempDir(), name)
		maxmindtest.Write(t, file, cities)
		d, err := maxmind.Load(context.Background(), spec.Spec{File: file}, nil)
		require.NoError(t, err)
		for range 2 {
			row, err := d.Row(value.String("81.2.69.142"), time.Time{})
			require.NoError(t, err)
			require.True(t, row.Frozen())
			city, _ := row.Map().Get(value.String("city"))
			id, _ := city.Map().Get(value.String("geoname_id"))
			require.EqualValues(t, 2643743, id.Int64())
		}
		cell, err := d.Cell(value.String("[2001:218::1]"), time.Time{}, "country")
		require.NoError(t, err)
		require.Equal(t, `{"iso_code":"JP"}`, string(cell.AppendJSON(nil)))
		for _, key := range []value.Value{value.String("192.0.2.1"), value.String("web-1"), value.Int(5), value.Null} {
			has, err := d.Has(key, time.Time{})
			require.NoError(t, err)
			require.False(t, has)
			row, err := d.Row(key, time.Time{})
			require.NoError(t, err)
			require.True(t, row.IsNull())
		}
		require.Less(t, time.Since(d.Built()), time.Hour)
		require.EqualValues(t, len(cities), d.Rows())
		require.Equal(t, "Test", d.Type())
		require.Equal(t, []string{"city", "country", "location", "postal"}, d.Members())
	}
}

// TestWrong: what is no database is an error, and of a damaged one either all can be read or
// nothing.
func TestWrong(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{"a.mmdb": "nothing", "a.mmdb.gz": "nothing", "a.tar.gz": "\x1f\x8b", "empty.mmdb": ""} {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
		_, err := maxmind.Load(context.Background(), spec.Spec{File: file}, nil)
		require.ErrorContains(t, err, name)
	}
	file := filepath.Join(folder, "good.mmdb")
	maxmindtest.Write(t, file, cities)
	good, err := os.ReadFile(file)
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		bad := append([]byte(nil), good...)
		for range 1 + random.IntN(8) {
			bad[random.IntN(len(bad))] = byte(random.Uint32())
		}
		require.NoError(t, os.WriteFile(file, bad[:len(bad)-random.IntN(2)*random.IntN(len(bad))], 0o644))
		d, err := maxmind.Load(context.Background(), spec.Spec{File: file}, nil)
		if err != nil {
			continue
		}
		for _, key := range []string{"81.2.69.142", "2001:218::1", "89.160.20.1", "10.1.2.3"} {
			_, err := d.Row(value.String(key), time.Time{})
			require.NoError(t, err) // as it was looked at
		}
	}
}

// TestDamaged: a database is looked at when it is loaded, as one that is damaged must not
// take the place of a good one.
func TestDamaged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.mmdb")
	maxmindtest.Write(t, file, cities)
	good, err := os.ReadFile(file)
	require.NoError(t, err)
	metadata := bytes.LastIndex(good, []byte("\xab\xcd\xefMaxMind.com"))
	records := bytes.Index(good, make([]byte, 16)) + 16
	require.Less(t, records, metadata)
	nodeSize := 6 // of records of 24 bits
	for name, c := range map[string]struct {
		damage func(content []byte) []byte
		want   string
	}{
		"a loop":                     {func(b []byte) []byte { copy(b[5*nodeSize:], make([]byte, nodeSize)); return b }, "its tree of networks has a loop"},
		"a record that there is not": {func(b []byte) []byte { copy(b[5*nodeSize:], "\x7f\xff\xff\x7f\xff\xff"); return b }, "its tree of networks names a record that there is not"},
		"records of another form":    {func(b []byte) []byte { copy(b[records:], bytes.Repeat([]byte{0xff}, 40)); return b }, "a record cannot be read"},
		"cut off in the middle":      {func(b []byte) []byte { return append(b[:nodeSize*3], b[metadata:]...) }, "a.mmdb"},
		"without its end":            {func(b []byte) []byte { return b[:metadata] }, "a.mmdb is no MaxMind database"},
	} {
		require.NoError(t, os.WriteFile(file, c.damage(bytes.Clone(good)), 0o644))
		_, err := maxmind.Load(context.Background(), spec.Spec{File: file}, nil)
		require.ErrorContains(t, err, c.want, name)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = maxmind.Load(ctx, spec.Spec{File: file}, nil)
	require.ErrorIs(t, err, context.Canceled)
}

// TestArchives: an archive has one database.
func TestArchives(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.mmdb")
	maxmindtest.Write(t, file, cities)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, c := range []struct {
		entries []string
		want    string // "" for a database
	}{
		{[]string{"LICENSE", "x/City.MMDB", "README"}, ""},
		{[]string{"LICENSE"}, "the archive has no file whose name ends in .mmdb"},
		{[]string{"x/City.mmdb", "x/ASN.mmdb"}, "the archive has two databases, x/City.mmdb and x/ASN.mmdb; unpack the one that is meant"},
	} {
		var packed bytes.Buffer
		compressed := gzip.NewWriter(&packed)
		archive := tar.NewWriter(compressed)
		for _, name := range c.entries {
			require.NoError(t, archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}))
			_, err = archive.Write(content)
			require.NoError(t, err)
		}
		require.NoError(t, archive.Close())
		require.NoError(t, compressed.Close())
		file := filepath.Join(folder, "a.tgz")
		require.NoError(t, os.WriteFile(file, packed.Bytes(), 0o644))
		_, err = maxmind.Load(context.Background(), spec.Spec{File: file}, nil)
		if c.want == "" {
			require.NoError(t, err)
		} else {
			require.ErrorContains(t, err, c.want)
		}
	}
}

// TestLargeDatabase says what loading a database of a million networks takes. It runs if
// LARGE_DATABASE is set, to the name of the file, which is made if there is none.
func TestLargeDatabase(t *testing.T) {
	file := os.Getenv("LARGE_DATABASE")
	if file == "" {
		t.Skip("LARGE_DATABASE is not set")
	}
	if _, err := os.Stat(file); err != nil {
		random := rand.New(rand.NewPCG(1, 2))
		networks := map[string]maxmindtest.Map{}
		for i := range 1_000_000 {
			a := random.Uint32()
			networks[fmt.Sprintf("%d.%d.%d.0/24", a>>24, a>>16&255, a>>8&255)] =
				maxmindtest.City(uint32(i), "GB", fmt.Sprint("City ", i%300_000), fmt.Sprint(i%100_000), float64(i%180), float64(i%360))
		}
		maxmindtest.WriteType(t, file, "Large-City", networks)
	}
	began := time.Now()
	d, err := maxmind.Load(context.Background(), spec.Spec{File: file}, nil)
	require.NoError(t, err)
	t.Logf("%d networks in %d MiB: %v", d.Rows(), d.Size()>>20, time.Since(began))
}

func TestFunctions(t *testing.T) {
	open := func(networks map[string]maxmindtest.Map) func(context.Context) (geo.Database, error) {
		file := filepath.Join(t.TempDir(), "a.mmdb")
		maxmindtest.Write(t, file, networks)
		d, err := maxmind.Load(context.Background(), spec.Spec{File: file}, nil)
		require.NoError(t, err)
		return func(context.Context) (geo.Database, error) { return d, nil }
	}
	env, err := stellar.NewEnv(stellar.Options{Functions: geo.Library(geo.Host{City: open(cities), Network: open(systems)}).Functions})
	require.NoError(t, err)
	const london = `{'locID': '2643743', 'country': 'GB', 'city': 'London', 'postalCode': 'OX1', 'dmaCode': '819', 'latitude': '51.5142', 'longitude': '-0.0931', 'location_point': '51.5142,-0.0931'}`
	for expression, want := range map[string]string{
		"GEO_GET('81.2.69.142')":                                  london,
		"GEO_GET('::ffff:81.2.69.142')":                           london,
		"GEO_GET('81.2.69.142', ['city'])":                        "'London'",
		"GEO_GET('81.2.69.142', ['location_point', 'x'])":         "{'location_point': '51.5142,-0.0931', 'x': null}",
		"GEO_GET('81.2.69.142', ['x'])":                           "null",
		"GEO_GET('81.2.69.142', [null])":                          "null",
		"GEO_GET('81.2.69.142', [])":                              "{}",
		"GEO_GET('81.2.69.142', null)":                            "null",
		"GEO_GET('81.2.69.142', 'city')":                          "null",
		"GEO_GET('89.160.20.7')":                                  `{'locID': '', 'country': 'SE', 'city': '', 'postalCode': '', 'dmaCode': '', 'latitude': '', 'longitude': '', 'location_point': ''}`,
		"GEO_GET('89.160.20.7', ['city'])":                        "''",
		"GEO_GET('2001:218::1', ['city', 'longitude'])":           "{'city': 'Tokyo', 'longitude': '139.0'}",
		"GEO_GET('192.0.2.1')":                                    "{}",
		"GEO_GET('192.0.2.1', ['city'])":                          "null",
		"GEO_GET('10.1.2.3')":                                     "{}",
		"GEO_GET('127.0.0.1')":                                    "{}",
		"GEO_GET('224.0.0.1')":                                    "{}",
		"GEO_GET('0.0.0.0')":                                      "{}",
		"GEO_GET('10.1.2.3', [])":                                 "null",
		"GEO_GET('081.2.69.142')":                                 "{}",
		"GEO_GET('localhost')":                                    "{}",
		"GEO_GET('')":                                             "null",
		"GEO_GET('', ['city'])":                                   "null",
		"GEO_GET(' ')":                                            "null",
		"GEO_GET()":                                               "null",
		"GEO_GET(null)":                                           "null",
		"GEO_GET(5)":                                              "null",
		"GEO_GET(5, 'city')":                                      "null",
		"ASN_GET('1.128.0.1')":                                    "{'autonomous_system_number': 1221, 'autonomous_system_organization': 'Telstra Pty Ltd', 'network': '1.128.0.1'}",
		"ASN_GET('1.128.0.1', ['autonomous_system_number'])":      "1221",
		"ASN_GET('4.1.1.1', ['autonomous_system_number'])":        "null",
		"ASN_GET('4.1.1.1')":                                      "{'autonomous_system_number': null, 'autonomous_system_organization': '', 'network': '4.1.1.1'}",
		"ASN_GET('192.0.2.1')":                                    "{}",
		"GEOHASH_FROM_LOC(GEO_GET('81.2.69.142'))":                "GEOHASH_FROM_LATLONG(51.5142, -0.0931)",
		"MAP_GET('country', GEO_GET('89.160.20.7'))":              "'SE'",
		"ASN_GET('1.128.0.1', ['network', 'network', 'network'])": "{'network': '1.128.0.1'}",
	} {
		got, err := env.Eval(context.Background(), expression, nil)
		require.NoError(t, err, expression)
		wanted, err := env.Eval(context.Background(), want, nil)
		require.NoError(t, err, want)
		require.Equal(t, wanted, got, expression)
	}
	for expression, want := range map[string]string{
		"GEO_GET(5, ['city'])": "GEO_GET: an address is a string, and this is int", "GEO_GET('1.1.1.1', [], 1)": "GEO_GET",
	} {
		_, err := env.Eval(context.Background(), expression, nil)
		require.ErrorContains(t, err, want, expression)
	}
}
