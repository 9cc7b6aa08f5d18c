package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stellarlang/stellar/functions/geo"
	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/table/maxmind"
)

// databaseKind is what a MaxMind database is of.
type databaseKind struct {
	flag    string // that names one
	key     string // of the global configuration
	of      string // what people call it
	missing error  // that there is none
	members []string
}

var (
	cityDatabase    = &databaseKind{"--geo", "geo.hdfs.file", "a database of places, such as GeoLite2-City", geo.ErrNoCity, geo.CityMembers()}
	networkDatabase = &databaseKind{"--asn", "asn.hdfs.file", "a database of autonomous systems, such as GeoLite2-ASN", geo.ErrNoNetwork, geo.NetworkMembers()}
)

// check returns a function that returns an error if a database is of another kind, as its
// records show: there are more makers of databases than names of types.
func (k *databaseKind) check(file string) func(table.Lookup) error {
	return func(read table.Lookup) error {
		database, ok := read.(*maxmind.Database)
		if !ok || len(database.Members()) == 0 || k.fits(database) {
			return nil
		}
		advice := ""
		for _, other := range []*databaseKind{cityDatabase, networkDatabase} {
			if other != k && other.fits(database) {
				advice = fmt.Sprintf("; it is one for %s, %s of the global configuration", other.flag, other.key)
			}
		}
		members := database.Members()
		return fmt.Errorf("%s is of the type %.60q, whose records have %.200s, and no %s: what is wanted here is %s%s",
			file, database.Type(), strings.Join(members[:min(len(members), 10)], ", "), strings.Join(k.members, ", "), k.of, advice)
	}
}

func (k *databaseKind) fits(database *maxmind.Database) bool {
	return slices.ContainsFunc(k.members, func(member string) bool { return slices.Contains(database.Members(), member) })
}
