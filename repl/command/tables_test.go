package command

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/maxmind/mmdbwriter/mmdbtype"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/table/maxmind/maxmindtest"
)

// TestWatchTables: tables are read again while messages come, and broken ones leave the
// rows of before.
func TestWatchTables(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(file+".new", []byte(text), 0o644))
		require.NoError(t, os.Rename(file+".new", file))
	}
	places := filepath.Join(folder, "places.mmdb")
	network := func(country string) map[string]maxmindtest.Map {
		return map[string]maxmindtest.Map{"81.2.69.0/24": maxmindtest.City(1, country, "", "", 0, 0)}
	}
	maxmindtest.Write(t, places, network("GB"))
	write("a.csv", "key,owner\nx,jo\n")
	write("b.csv", "key\nx\n")
	write("rules.yaml", `tables: { a: { file: a.csv, reload: watch }, b: { file: b.csv, reload: never } }
enrich:
  site: |
    owner := TABLE_GET('a', 'x', 'owner')
    b := TABLE_EXISTS('b', 'x')
    country := GEO_GET('81.2.69.142', ['country'])
`)
	s := start(t, "run", "--watch", "--summary", "--geo", places, filepath.Join(folder, "rules.yaml"))
	const first = `{"owner":"jo","b":true,"country":"GB"}`
	s.turnsTo(t, "", first)
	write("b.csv", "key\ny\n") // which nobody looks at
	write("a.csv", "key,owner\nx,ann\n")
	const second = `{"owner":"ann","b":true,"country":"GB"}`
	s.turnsTo(t, first, second)
	a := filepath.Join(folder, "a.csv")
	require.Contains(t, s.errs.String(), "stellar: the table "+a+" has changed, and has 1 row now\n")
	write("a.csv", "key,owner\nx\n")
	says := func(text string) {
		require.Eventually(t, func() bool { return strings.Contains(s.errs.String(), text) }, deadline, time.Millisecond, text)
		s.turnsTo(t, "", second)
	}
	kept := "stellar: the table " + a + " has changed and cannot be used, so the rows of before stay: "
	says(kept + "line 2: there is 1 cell, where the header has 2 columns\n")
	write("a.csv", "key,person\nx,jo\n")
	says(kept + "there is no column owner any more, which rules name\n")
	require.NoError(t, os.Remove(a))
	says("stellar: the table " + a + " cannot be read any more, so the rows of before stay: there is no file or folder " + a + "\n")
	whole, err := os.ReadFile(places)
	require.NoError(t, err)
	write("places.mmdb", string(whole[:12])+strings.Repeat("\x7f", 90)+string(whole[102:]))
	says("the table " + places + " has changed and cannot be used, so the rows of before stay: " + places + " is a damaged MaxMind database: its tree of networks names a record that there is not\n")
	maxmindtest.WriteType(t, places, "GeoLite2-ASN", map[string]maxmindtest.Map{"81.2.69.0/24": maxmindtest.System(5, "x")})
	says(`is of the type "GeoLite2-ASN", whose records have autonomous_system_number, autonomous_system_organization, and no city`)
	maxmindtest.Write(t, places, network("FR"))
	const third = `{"owner":"ann","b":true,"country":"FR"}`
	s.turnsTo(t, second, third)
	write("rules.yaml", "tables: { b: { file: b.csv } }\nenrich:\n  site: |\n    b := TABLE_EXISTS('b', 'x')\n")
	s.turnsTo(t, third, `{"b":false}`)
	require.NoError(t, s.input.Close())
	require.Equal(t, exitFine, <-s.code)
	require.Regexp(t, `(?m)^table \S*b\.csv: 1 row, 1 KiB, written \d+s ago, read \d+s ago$`, s.errs.String())
	require.NotContains(t, s.errs.String(), "table "+filepath.Join(folder, "a.csv")+":") // which no rule names any more
	require.Equal(t, 4, strings.Count(s.errs.String(), "cannot be used, so the rows"))
	require.Equal(t, 1, strings.Count(s.errs.String(), "cannot be read any more"))
}

// TestTablesOfRefusedRules: tables that only refused rules name are neither kept nor looked
// at.
func TestTablesOfRefusedRules(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644))
	}
	write("a.csv", "key,owner\nx,jo\n")
	write("b.csv", "key,owner\nx,ann\n")
	rules := func(table, owner string) {
		write("rules.yaml", "tables: { t: { file: "+table+", reload: watch } }\nenrich: { a: \"owner := TABLE_GET('t', 'x', 'owner')\" }\n"+
			"tests: [ { name: t, message: {}, expect: { owner: "+owner+" } } ]\n")
	}
	h, err := (&offlineFlags{}).open(t.Context(), newReporter(io.Discard))
	require.NoError(t, err)
	defer h.close()
	c := &runCommand{}
	c.File, c.Watch = filepath.Join(folder, "rules.yaml"), true
	rules("a.csv", "jo")
	r, err := c.openRules(t.Context(), &streams{err: io.Discard}, h, newReporter(io.Discard))
	require.NoError(t, err)
	defer r.close()
	expect := func(table string) {
		t.Helper()
		watched := h.tables.watched()
		require.Len(t, watched, 1)
		require.Equal(t, filepath.Join(folder, table), watched[0].Spec.File)
	}
	expect("a.csv")
	rules("b.csv", "jo")
	r.reload(t.Context(), reloadLimit)
	expect("a.csv")
	rules("b.csv", "ann")
	r.reload(t.Context(), reloadLimit)
	expect("b.csv")
}

// TestGlobalDatabases: databases of addresses are those that the global configuration
// names, if they are on this machine.
func TestGlobalDatabases(t *testing.T) {
	folder := t.TempDir()
	places := filepath.Join(folder, "GeoLite2-City.tar.gz")
	maxmindtest.WriteType(t, places, "GeoLite2-City", map[string]maxmindtest.Map{"81.2.69.0/24": maxmindtest.City(1, "GB", "London", "", 1, 2)})
	for _, c := range []struct{ globals, expression, want string }{
		{`{"geo.hdfs.file": "` + places + `"}`, "GEO_GET('81.2.69.142', ['city'])", "'London'\n"},
		{`{"geo.hdfs.file": "` + places + `"}`, "TABLE_EXISTS('city', '81.2.69.142')", "true\n"},
		{`{"geo.hdfs.file": "hdfs://node/GeoLite2-City.tar.gz"}`, "GEO_GET('81.2.69.142')", "geo.hdfs.file of the global configuration names no MaxMind database on this machine"},
		{`{"geo.hdfs.file": "/none/City.mmdb"}`, "GEO_GET('81.2.69.142')", "geo.hdfs.file of the global configuration: stat /none/City.mmdb: no such file or directory"},
		{`{"asn.hdfs.file": "` + places + `"}`, "ASN_GET('81.2.69.142')", "asn.hdfs.file of the global configuration: " + places + ` is of the type "GeoLite2-City", whose records have city, country, location, postal, and no autonomous_system_number, autonomous_system_organization: what is wanted here is a database of autonomous systems, such as GeoLite2-ASN; it is one for --geo, geo.hdfs.file of the global configuration`},
		{`{}`, "ASN_GET('81.2.69.142')", "no database of autonomous systems was given"},
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "global.json"), []byte(c.globals), 0o644))
		var out bytes.Buffer
		Run(context.Background(), []string{"eval", "--config", folder, "--table", "city=" + places, c.expression}, strings.NewReader(""), &out, &out)
		require.Contains(t, out.String(), c.want)
	}
}

// TestDatabaseKinds: databases that flags name are of the kind that they are wanted for.
func TestDatabaseKinds(t *testing.T) {
	folder := t.TempDir()
	files := map[string]string{}
	for kind, record := range map[string]maxmindtest.Map{
		"GeoLite2-City": maxmindtest.City(1, "GB", "London", "", 1, 2), "GeoLite2-Country": maxmindtest.City(1, "GB", "", "", 0, 0),
		"GeoLite2-ASN": maxmindtest.System(5, "x"), "GeoIP2-Anonymous-IP": {"is_anonymous": mmdbtype.Bool(true)}, "Empty": nil,
	} {
		files[kind] = filepath.Join(folder, kind+".mmdb")
		networks := map[string]maxmindtest.Map{}
		if record != nil {
			networks["81.2.69.0/24"] = record
		}
		maxmindtest.WriteType(t, files[kind], kind, networks)
	}
	for _, c := range []struct{ flag, kind, want string }{
		{"--geo", "GeoLite2-City", ""}, {"--geo", "GeoLite2-Country", ""}, {"--geo", "Empty", ""},
		{"--asn", "GeoLite2-ASN", ""}, {"--asn", "Empty", ""},
		{"--geo", "GeoLite2-ASN", `the type "GeoLite2-ASN", whose records have autonomous_system_number, autonomous_system_organization, and no city, country, location, postal: what is wanted here is a database of places, such as GeoLite2-City; it is one for --asn`},
		{"--asn", "GeoLite2-City", `the type "GeoLite2-City"`}, {"--asn", "GeoLite2-Country", "it is one for --geo"},
		{"--geo", "GeoIP2-Anonymous-IP", `the type "GeoIP2-Anonymous-IP", whose records have is_anonymous`}, {"--asn", "GeoIP2-Anonymous-IP", "such as GeoLite2-ASN\n"},
	} {
		var out, errs bytes.Buffer
		code := Run(context.Background(), []string{"eval", c.flag, files[c.kind], "1"}, strings.NewReader(""), &out, &errs)
		if c.want == "" {
			require.Equal(t, "1\n", out.String(), errs.String())
			continue
		}
		require.Equal(t, exitUsage, code)
		require.Contains(t, errs.String(), "stellar: "+c.flag+": "+files[c.kind]+" is of ")
		require.Contains(t, errs.String(), c.want)
	}
}

func TestTableProgress(t *testing.T) {
	require.Equal(t, "reading a.csv: 1,024 rows, 25 % of 4 KiB, 3s left", tableProgress("a.csv", 1024, 1000, 4000, time.Second))
	require.Equal(t, "reading a.csv: 5,000 rows, making the index", tableProgress("a.csv", 5000, 4000, 4000, time.Second))
	require.Equal(t, "reading a.csv: 0 rows", tableProgress("a.csv", 0, 0, 0, 0))
}
