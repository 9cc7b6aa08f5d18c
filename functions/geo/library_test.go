package geo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/functions/geo"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// records is a database: records as JSON by addresses.
type records map[string]string

func (r records) Row(key value.Value, _ time.Time) (value.Value, error) {
	text, known := r[key.Str()]
	switch {
	case !known:
		return value.Null, nil
	case text == "broken":
		return value.Null, errors.New("the disk is gone")
	}
	record, err := value.ParseJSON([]byte(text))
	return record.Freeze(), err
}

var (
	cities = records{
		"81.2.69.142": `{"city": {"geoname_id": 2643743, "names": {"en": "London", "de": "?"}}, "country": {"iso_code": "GB"}, "postal": {"code": "OX1"},
			"location": {"latitude": 51.5142, "longitude": -0.0931, "metro_code": 819}}`,
		"89.160.20.7": `{"country": {"iso_code": "SE"}}`,
		"2001:218::1": `{"city": {"names": {"en": "Tokyo"}}, "location": {"latitude": 35.5}}`,
		"192.0.2.9":   `{}`,
		"192.0.2.10":  `{"city": "London", "country": {"iso_code": ["GB"]}, "location": {"latitude": 1, "longitude": null}}`, // of another form
		"192.0.2.11":  "broken",
		"10.1.2.3":    `{"country": {"iso_code": "XX"}}`,
	}
	networks = records{
		"1.128.0.1":  `{"autonomous_system_number": 1221, "autonomous_system_organization": "Telstra"}`,
		"4.1.1.1":    `{"autonomous_system_number": "AS5"}`,
		"192.0.2.11": "broken",
	}
)

func of(database geo.Database) func(context.Context) (geo.Database, error) {
	return func(context.Context) (geo.Database, error) { return database, nil }
}

func TestFunctions(t *testing.T) {
	env, err := stellar.NewEnv(stellar.Options{Functions: geo.Library(geo.Host{City: of(cities), Network: of(networks)}).Functions})
	require.NoError(t, err)
	place := func(values ...string) map[string]any {
		all := map[string]any{}
		for i, name := range []string{"locID", "country", "city", "postalCode", "dmaCode", "latitude", "longitude", "location_point"} {
			all[name] = values[i]
		}
		return all
	}
	none := map[string]any{}
	for _, c := range []struct {
		expression string
		want       any
	}{
		{"GEO_GET('81.2.69.142')", place("2643743", "GB", "London", "OX1", "819", "51.5142", "-0.0931", "51.5142,-0.0931")},
		{"GEO_GET('89.160.20.7')", place("", "SE", "", "", "", "", "", "")},
		{"GEO_GET('2001:218::1')", place("", "", "Tokyo", "", "", "35.5", "", "")},
		{"GEO_GET('192.0.2.9')", place("", "", "", "", "", "", "", "")},
		{"GEO_GET('192.0.2.10')", place("", "", "", "", "", "1", "", "")},
		{"GEO_GET('192.0.2.1')", none},
		{"GEO_GET('81.2.69.142', ['city'])", "London"},
		{"GEO_GET('81.2.69.142', ['city', 'country', 'zone'])", map[string]any{"city": "London", "country": "GB", "zone": nil}},
		{"GEO_GET('81.2.69.142', ['zone'])", nil},
		{"GEO_GET('81.2.69.142', [])", none},
		{"GEO_GET('81.2.69.142', 'city')", nil},
		{"GEO_GET('192.0.2.1', ['city'])", nil},
		{"GEO_GET('10.1.2.3')", none}, // which is private, whatever the database has
		{"GEO_GET('081.2.69.142')", none},
		{"GEO_GET('fe80::1%eth0')", none},
		{"GEO_GET('localhost')", none},
		{"GEO_GET('')", nil},
		{"GEO_GET(null)", nil},
		{"GEO_GET()", nil},
		{"GEO_GET(5)", nil},
		{"GEO_GET(null, ['city'])", nil},
		{"ASN_GET('1.128.0.1')", map[string]any{"autonomous_system_number": 1221, "autonomous_system_organization": "Telstra", "network": "1.128.0.1"}},
		{"ASN_GET('1.128.0.1', ['autonomous_system_organization'])", "Telstra"},
		{"ASN_GET('4.1.1.1', ['autonomous_system_number'])", nil},
		{"ASN_GET('192.0.2.1')", none},
	} {
		got, err := env.Eval(context.Background(), c.expression, nil)
		require.NoError(t, err, c.expression)
		require.Equal(t, c.want, got, c.expression)
	}
}

func TestErrors(t *testing.T) {
	failing := errors.New("the folder is gone")
	for _, c := range []struct {
		host       geo.Host
		expression string
		is         error
		says       string
	}{
		{geo.Host{City: of(cities)}, "GEO_GET(5, ['city'])", stellar.ErrType, "an address is a string, and this is int"},
		{geo.Host{City: of(cities)}, "GEO_GET('1.1.1.1', [], 1)", stellar.ErrArity, "GEO_GET"},
		{geo.Host{City: of(cities)}, "GEO_GET('192.0.2.11')", stellar.ErrExternal, "the disk is gone"},
		{geo.Host{Network: of(networks)}, "ASN_GET('192.0.2.11', ['network'])", stellar.ErrExternal, "the disk is gone"},
		{geo.Host{}, "GEO_GET('81.2.69.142')", stellar.ErrExternal, geo.ErrNoCity.Error()},
		{geo.Host{}, "ASN_GET('81.2.69.142')", stellar.ErrExternal, geo.ErrNoNetwork.Error()},
		{geo.Host{City: func(context.Context) (geo.Database, error) { return nil, failing }}, "GEO_GET('81.2.69.142')", stellar.ErrExternal, "the folder is gone"},
	} {
		env, err := stellar.NewEnv(stellar.Options{Functions: geo.Library(c.host).Functions})
		require.NoError(t, err)
		_, err = env.Eval(context.Background(), c.expression, nil)
		require.ErrorContains(t, err, c.says, c.expression)
		require.ErrorIs(t, err, c.is, c.expression)
	}
	env, err := stellar.NewEnv(stellar.Options{Functions: geo.Library(geo.Host{}).Functions})
	require.NoError(t, err)
	got, err := env.Eval(context.Background(), "GEO_GET('10.0.0.1')", nil) // for which no database is asked
	require.NoError(t, err)
	require.Empty(t, got)
}

// TestCancelled: a call ends with its context, whatever the database does.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	env, err := stellar.NewEnv(stellar.Options{Functions: geo.Library(geo.Host{City: func(context.Context) (geo.Database, error) {
		cancel()
		return nil, errors.New("it was too late")
	}}).Functions})
	require.NoError(t, err)
	_, err = env.Eval(ctx, "GEO_GET('81.2.69.142')", nil)
	require.ErrorIs(t, err, context.Canceled)
}

// TestMembers: those that say of which kind a database is are those that fields come from.
func TestMembers(t *testing.T) {
	for name, c := range map[string]struct {
		members []string
		host    func(geo.Database) geo.Host
	}{
		"GEO_GET": {geo.CityMembers(), func(d geo.Database) geo.Host { return geo.Host{City: of(d)} }},
		"ASN_GET": {geo.NetworkMembers(), func(d geo.Database) geo.Host { return geo.Host{Network: of(d)} }},
	} {
		for _, member := range c.members {
			record := `{"` + member + `": 5}`
			switch member {
			case "city":
				record = `{"city": {"geoname_id": 5}}`
			case "country":
				record = `{"country": {"iso_code": "GB"}}`
			case "location":
				record = `{"location": {"latitude": 5}}`
			case "postal":
				record = `{"postal": {"code": "5"}}`
			}
			env, err := stellar.NewEnv(stellar.Options{Functions: geo.Library(c.host(records{"81.2.69.142": record, "81.2.69.143": "{}"})).Functions})
			require.NoError(t, err)
			got, err := env.Eval(context.Background(), name+"('81.2.69.142')", nil)
			require.NoError(t, err)
			nothing, err := env.Eval(context.Background(), name+"('81.2.69.143')", nil)
			require.NoError(t, err)
			delete(got.(map[string]any), "network")
			delete(nothing.(map[string]any), "network")
			require.NotEqual(t, nothing, got, member)
		}
	}
}
