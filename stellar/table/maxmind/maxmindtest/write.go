// Package maxmindtest writes small MaxMind databases for tests.
package maxmindtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/require"
	"go4.org/netipx"
)

// Map is a record.
type Map = mmdbtype.Map

// City returns a record of a place.
func City(id uint32, country, city, postal string, latitude, longitude float64) Map {
	m := Map{"country": Map{"iso_code": mmdbtype.String(country)}}
	if city != "" {
		m["city"] = Map{"geoname_id": mmdbtype.Uint32(id), "names": Map{"en": mmdbtype.String(city), "de": mmdbtype.String("?")}}
		m["postal"] = Map{"code": mmdbtype.String(postal)}
		m["location"] = Map{"latitude": mmdbtype.Float64(latitude), "longitude": mmdbtype.Float64(longitude), "metro_code": mmdbtype.Uint16(819)}
	}
	return m
}

// System returns a record of an autonomous system.
func System(number uint32, organization string) Map {
	return Map{"autonomous_system_number": mmdbtype.Uint32(number), "autonomous_system_organization": mmdbtype.String(organization)}
}

// Write writes a database of networks to a file: .mmdb, .mmdb.gz or .tar.gz.
func Write(t testing.TB, file string, networks map[string]Map) { WriteType(t, file, "Test", networks) }

// WriteType is Write with what the database says that it is, such as GeoLite2-City.
func WriteType(t testing.TB, file, databaseType string, networks map[string]Map) {
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: databaseType, IncludeReservedNetworks: true})
	require.NoError(t, err)
	for network, record := range networks {
		require.NoError(t, tree.Insert(netipx.PrefixIPNet(netip.MustParsePrefix(network)), record))
	}
	var content bytes.Buffer
	_, err = tree.WriteTo(&content)
	require.NoError(t, err)
	var packed bytes.Buffer
	compressed := gzip.NewWriter(&packed)
	switch {
	case strings.HasSuffix(file, ".mmdb"):
		packed = content
	case strings.HasSuffix(file, ".mmdb.gz"):
		_, err = compressed.Write(content.Bytes())
		require.NoError(t, err)
		require.NoError(t, compressed.Close())
	default:
		archive := tar.NewWriter(compressed)
		for _, entry := range []struct {
			name    string
			content []byte
		}{{"Test_20261126/LICENSE.txt", []byte("free")}, {"Test_20261126/Test.mmdb", content.Bytes()}} {
			require.NoError(t, archive.WriteHeader(&tar.Header{Name: entry.name, Mode: 0o644, Size: int64(len(entry.content)), Typeflag: tar.TypeReg}))
			_, err = archive.Write(entry.content)
			require.NoError(t, err)
		}
		require.NoError(t, archive.Close())
		require.NoError(t, compressed.Close())
	}
	written := file + ".new" // which then takes the place of the old one at once
	require.NoError(t, os.WriteFile(written, packed.Bytes(), 0o644))
	require.NoError(t, os.Rename(written, filepath.Clean(file)))
}
