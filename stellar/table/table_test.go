package table_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/table"
	"github.com/stellarlang/stellar/stellar/table/spec"
	"github.com/stellarlang/stellar/stellar/value"
)

// written writes a file and returns its name.
func written(t testing.TB, name, text string) string {
	file := filepath.Join(t.TempDir(), name)
	out, err := os.Create(file)
	require.NoError(t, err)
	switch filepath.Ext(name) {
	case ".gz":
		w := gzip.NewWriter(out)
		_, err = w.Write([]byte(text))
		require.NoError(t, err)
		require.NoError(t, w.Close())
	case ".zst":
		w, err := zstd.NewWriter(out)
		require.NoError(t, err)
		_, err = w.Write([]byte(text))
		require.NoError(t, err)
		require.NoError(t, w.Close())
	default:
		_, err = out.WriteString(text)
		require.NoError(t, err)
	}
	require.NoError(t, out.Close())
	return file
}

var now = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// found is what a table has for a key, as JSON.
func found(t *testing.T, of *table.Table, key value.Value) string {
	row, err := of.Row(key, now)
	require.NoError(t, err)
	has, err := of.Has(key, now)
	require.NoError(t, err)
	require.Equal(t, !row.IsNull(), has)
	require.True(t, row.Frozen())
	if !row.IsNull() {
		for name, v := range row.Map().All() {
			cell, err := of.Cell(key, now, name.Str())
			require.NoError(t, err)
			require.True(t, value.Same(v, cell), name)
		}
	}
	return string(row.AppendJSON(nil))
}

// TestRowIsAMap: a row is as a map of its values, whether it was asked for before or not.
func TestRowIsAMap(t *testing.T) {
	long := strings.Repeat("long", 300)
	for _, s := range []spec.Spec{{}, {Key: "b"}, {Match: spec.CIDR}, {Until: "c"}} {
		s.File = written(t, "t.csv", "a,b,c,d\n10.1.1.1,"+long+",2999-01-01,\n")
		of, err := table.Load(context.Background(), s, nil)
		require.NoError(t, err)
		key := "10.1.1.1"
		if s.Key == "b" {
			key = long
		}
		want := value.NewMap(4)
		for i, text := range []string{"10.1.1.1", long, "2999-01-01", ""} {
			want.Put(value.String("abcd"[i:i+1]), value.String(text))
		}
		for range 100 { // later from what was made
			row, err := of.Row(value.String(key), now)
			require.NoError(t, err)
			require.Equal(t, value.FromMap(want).String(), row.String())
			require.True(t, value.Same(value.FromMap(want), row))
			require.Equal(t, value.FromMap(want).Size(), row.Size())
			require.Equal(t, value.FromMap(want).Weight(), row.Weight())
			v, _ := row.Map().Get(value.String("d"))
			require.Equal(t, "", v.Str())
		}
	}
}

func TestLookUp(t *testing.T) {
	const lines = `{"key":"a","n":5,"x":1.5,"on":true,"off":false,"none":null,"list":[1,"b"],"map":{"c":null},"big":123456789012345678901234567890}
{"key":80,"n":-7}
{"key":"a","again":1}
`
	type found_ = map[string]string // of keys to rows as JSON
	for _, c := range []struct {
		name, file, text string
		spec             spec.Spec
		keys             found_
		repeated         int64
	}{
		{"exact", "a.csv", "host,owner\r\nweb-1,jo\r\n\r\n\"db \"\"1\"\"\",\"Ann,\nIT\"\r\nWEB-1,x\r\nweb-1,last", spec.Spec{}, found_{
			"web-1": `{"host":"web-1","owner":"last"}`, "WEB-1": `{"host":"WEB-1","owner":"x"}`,
			`db "1"`: `{"host":"db \"1\"","owner":"Ann,\nIT"}`, "web": "null", "": "null",
		}, 1},
		{"the key is another column", "a.tsv.gz", "owner\thost\njo\tweb-1\n", spec.Spec{Key: "host"}, found_{"web-1": `{"owner":"jo","host":"web-1"}`, "jo": "null"}, 0},
		{"a byte order mark", "a.csv.zst", "\ufeffhost\nx\n", spec.Spec{Key: "host"}, found_{"x": `{"host":"x"}`}, 0},
		{"no case", "a.csv", "user,id\nJörg,1\nJÖRG,2\nann,3\n", spec.Spec{Match: spec.NoCase}, found_{
			"jörg": `{"user":"JÖRG","id":"2"}`, "ANN": `{"user":"ann","id":"3"}`, "jorg": "null",
		}, 1},
		{"networks", "a.csv", "net,zone\n10.0.0.0/8,corp\n10.1.0.0/16,lab\n10.1.2.3,host\n10.255.255.255/32,last\n0.0.0.0/0,any4\n2001:db8::/32,six\n2001:db8:1::/48,seven\n10.1.0.0/16,lab again\n::/0,any6\n",
			spec.Spec{Match: spec.CIDR}, found_{
				"10.0.0.0": `{"net":"10.0.0.0/8","zone":"corp"}`, "10.1.255.255": `{"net":"10.1.0.0/16","zone":"lab again"}`,
				"10.1.2.3": `{"net":"10.1.2.3","zone":"host"}`, "10.1.2.4": `{"net":"10.1.0.0/16","zone":"lab again"}`,
				"10.255.255.255": `{"net":"10.255.255.255/32","zone":"last"}`, "11.0.0.0": `{"net":"0.0.0.0/0","zone":"any4"}`,
				"255.255.255.255": `{"net":"0.0.0.0/0","zone":"any4"}`, "::ffff:10.1.2.3": `{"net":"10.1.2.3","zone":"host"}`,
				"2001:db8::1": `{"net":"2001:db8::/32","zone":"six"}`, "[2001:db8:1::9]": `{"net":"2001:db8:1::/48","zone":"seven"}`,
				"fe80::1%eth0": `{"net":"::/0","zone":"any6"}`, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": `{"net":"::/0","zone":"any6"}`,
				"web-1": "null", "10.1.2": "null",
			}, 1},
		{"domains", "a.csv", "domain,why\nexample.com,one\n*.Evil.Example.com,two\n.net,three\n", spec.Spec{Match: spec.Suffix}, found_{
			"example.com": `{"domain":"example.com","why":"one"}`, "a.b.EXAMPLE.com.": `{"domain":"example.com","why":"one"}`,
			"x.evil.example.com": `{"domain":"*.Evil.Example.com","why":"two"}`, "notexample.com": "null", "com": "null", "a.net": `{"domain":".net","why":"three"}`,
			strings.Repeat("a.", 200) + "net": "null",
		}, 0},
		{"internationalised domains", "a.csv", "domain,n\nbücher.de,1\nxn--mller-kva.de,2\n*.Straße.de,3\n\" пример.рф. \",4\n_dmarc.x_y.example,5\n192.0.2.1,6\nxn--0.example,7\n\u200dx.example,8\n例え。jp,9\n", spec.Spec{Match: spec.Suffix}, found_{
			"www.xn--bcher-kva.de": `{"domain":"bücher.de","n":"1"}`, "BÜCHER.DE": `{"domain":"bücher.de","n":"1"}`, "a.bu\u0308cher.de.": `{"domain":"bücher.de","n":"1"}`,
			"müller.de": `{"domain":"xn--mller-kva.de","n":"2"}`, "xn--MLLER-kva.DE": `{"domain":"xn--mller-kva.de","n":"2"}`,
			"www.straße.de": `{"domain":"*.Straße.de","n":"3"}`, "straße.de": `{"domain":"*.Straße.de","n":"3"}`, "xn--strae-oqa.de": `{"domain":"*.Straße.de","n":"3"}`, "strasse.de": "null",
			"www.xn--e1afmkfd.xn--p1ai": `{"domain":" пример.рф. ","n":"4"}`, "a._dmarc.x_y.example": `{"domain":"_dmarc.x_y.example","n":"5"}`, "192.0.2.1": `{"domain":"192.0.2.1","n":"6"}`,
			"a.xn--0.example": `{"domain":"xn--0.example","n":"7"}`, "\u200dX.example": "{\"domain\":\"\u200dx.example\",\"n\":\"8\"}", "www.例え.jp": `{"domain":"例え。jp","n":"9"}`,
			"http://bücher.de": "null", "..": "null", ".": "null", "*": "null", "ü\xff.de": "null",
		}, 0},
		{"ranges of numbers", "a.csv", "from,to,class\n0,1023,system\n80,80,web\n1024,49151,user\n-1.5,-1,below\n", spec.Spec{Match: spec.Range, Key: "from", To: "to"}, found_{
			"80": `{"from":"80","to":"80","class":"web"}`, "81": `{"from":"0","to":"1023","class":"system"}`, "1023.5": "null", "49151": `{"from":"1024","to":"49151","class":"user"}`,
			"-1.25": `{"from":"-1.5","to":"-1","class":"below"}`, "-0": `{"from":"0","to":"1023","class":"system"}`, "NaN": "null", "x": "null",
		}, 0},
		{"ranges of addresses", "a.csv", "a,b,c\n10.0.0.5,10.0.0.9,x\n2001:db8::1,2001:db8::ff,y\n", spec.Spec{Match: spec.Range, Key: "a", To: "b"}, found_{
			"10.0.0.4": "null", "10.0.0.5": `{"a":"10.0.0.5","b":"10.0.0.9","c":"x"}`, "10.0.0.9": `{"a":"10.0.0.5","b":"10.0.0.9","c":"x"}`, "10.0.0.10": "null",
			"2001:db8::20": `{"a":"2001:db8::1","b":"2001:db8::ff","c":"y"}`,
		}, 0},
		{"lines of JSON", "a.jsonl", lines, spec.Spec{Key: "key"}, found_{"80": `{"key":80,"n":-7}`, "a": `{"key":"a","again":1}`}, 1},
		{"JSON of all kinds", "a.json", "[" + strings.Split(lines, "\n")[0] + "]", spec.Spec{Key: "key"}, found_{"a": strings.Split(lines, "\n")[0]}, 0},
		{"semicolons", "a.csv", "host;owner, site\r\r\nweb-1;\"jo; IT\"\r\r\n", spec.Spec{Separator: spec.Semicolon}, found_{"web-1": `{"host":"web-1","owner, site":"jo; IT"}`}, 0},
		{"a semicolon that separates nothing", "a.csv", "host;owner\nweb-1\n", spec.Spec{Separator: spec.Comma}, found_{"web-1": `{"host;owner":"web-1"}`}, 0},
		{"a carriage return in quotes", "a.csv", "host,owner\nweb-1,\"a\rb\"\n", spec.Spec{}, found_{"web-1": `{"host":"web-1","owner":"a\rb"}`}, 0},
		{"pipes in TSV", "a.tsv", "host|owner\nweb-1|jo\n", spec.Spec{Separator: spec.Pipe}, found_{"web-1": `{"host":"web-1","owner":"jo"}`}, 0},
		{"validity", "a.csv", "host,from,until,owner\na,2026-01-01,2026-11-25,before\na,2026-11-26T00:00:00Z,2026-11-26,today\na,2027-01-01,,later\nb,,2026-11-25,over\nc,,,always\nd,1700000000,1700000000000,then\n",
			spec.Spec{From: "from", Until: "until"}, found_{
				"a": `{"host":"a","from":"2026-11-26T00:00:00Z","until":"2026-11-26","owner":"today"}`, "b": "null",
				"c": `{"host":"c","from":"","until":"","owner":"always"}`, "d": "null",
			}, 0},
		{"validity of networks", "a.csv", "net,until,zone\n10.0.0.0/8,,corp\n10.1.0.0/16,2026-01-01,lab\n10.1.2.0/24,2999-01-01,new\n10.1.2.0/24,2026-01-01,old\n", spec.Spec{Match: spec.CIDR, Until: "until"}, found_{
			"10.1.1.1": `{"net":"10.0.0.0/8","until":"","zone":"corp"}`, "10.1.2.1": `{"net":"10.1.2.0/24","until":"2999-01-01","zone":"new"}`,
		}, 0},
		{"validity of domains", "a.jsonl", `{"d":"b.a","until":"2026-11-26T12:00:00Z"}` + "\n" + `{"d":"a","until":2526552000}`, spec.Spec{Key: "d", Match: spec.Suffix, Until: "until"}, found_{
			"c.b.a": `{"d":"a","until":2526552000}`,
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.spec.File = written(t, c.file, c.text)
			of, err := table.Load(context.Background(), c.spec, nil)
			require.NoError(t, err)
			for range 40 { // later from what was made
				for key, want := range c.keys {
					require.Equal(t, want, found(t, of, value.String(key)), key)
				}
			}
			require.Equal(t, "null", found(t, of, value.Null))
			require.Equal(t, "null", found(t, of, value.ListOf()))
			require.Equal(t, c.repeated, of.Repeated())
			if row, asText := found(t, of, value.Int(80)), found(t, of, value.String("80")); row != asText || row != found(t, of, value.Double(80)) {
				t.Errorf("the number 80 finds %s, the text %s", row, asText)
			}
		})
	}
}

// TestWrong: what is wrong with a file is told with its place.
func TestWrong(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		spec             spec.Spec
		want             string
	}{
		{"empty", "a.csv", "", spec.Spec{}, "a.csv: the file is empty: its first line has the names of the columns"},
		{"empty JSON", "a.jsonl", " \n", spec.Spec{Key: "k"}, "a.jsonl: the file is empty: a table without rows is []"},
		{"no such column", "a.csv", "host,owner\n", spec.Spec{Key: "hots"}, `key: there is no column "hots"; did you mean host?`},
		{"no such time", "a.csv", "host,owner\n", spec.Spec{Until: "expiry"}, `until: there is no column "expiry", only host, owner`},
		{"two columns", "a.csv", "a,b,a\n", spec.Spec{}, `there are two columns "a"`},
		{"a column without a name", "a.csv", "a,,b\n", spec.Spec{}, "column 2 has no name"},
		{"cells", "a.csv", "a,b\n1,2\n1\n1,2,3\n", spec.Spec{}, "line 3: there is 1 cell, where the header has 2 columns; line 4: there are 3 cells, where the header has 2 columns"},
		{"networks", "a.csv", "net\n10.0.0.0/8\n10.0.0.0/99\nx\n\n10.0.0/8\n::/200\nfine\n", spec.Spec{Match: spec.CIDR},
			`line 3: the prefix length of "10.0.0.0/99" is not a number from 0 to 32; line 4: "x" has no prefix length; write it as in 10.0.0.0/8 or 2001:db8::/32; line 6: "10.0.0/8" does not begin with an IP address; write it as in 10.0.0.0/8 or 2001:db8::/32; and 2 more are wrong`},
		{"NUL", "a.csv", "a\nb\x00\n", spec.Spec{}, "line 2: there is a NUL byte"},
		{"no UTF-8", "a.csv", "a\nb\xff\n", spec.Spec{}, "line 2: it is no UTF-8"},
		{"no UTF-8 in the header", "a.csv", "a\xff\nb\n", spec.Spec{}, "line 1: it is no UTF-8"},
		{"an open quote", "a.csv", "a\n\"b\nc\n", spec.Spec{}, "a.csv: line 2: a quote of the row that begins there is not closed"},
		{"after a quote", "a.csv", "a\n\"b\"c\nd\n", spec.Spec{}, "line 2: there is more after the closing quote of a cell"},
		{"a huge cell", "a.csv", "a\n" + strings.Repeat("x", 2<<20), spec.Spec{}, "a.csv: line 2: it is longer than 1024 KiB"},
		{"a huge cell in quotes", "a.csv", "a\n\"" + strings.Repeat("x\n", 1<<20) + "\"", spec.Spec{}, "a.csv: line 2: it is longer than 1024 KiB: is a quote not closed?"},
		{"a large row", "a.csv", "a,b\nk," + strings.Repeat("x", 300<<10), spec.Spec{}, "line 2: the row takes 307206 bytes, more than the limit of 262144"},
		{"columns", "a.csv", strings.Repeat("a,", 2000), spec.Spec{}, "there are two columns"},
		{"an empty key", "a.csv", "a,b\n,1\n", spec.Spec{}, "line 2: the key is empty"},
		{"URLs as domains", "a.csv", "a\nhttp://www.x.example:80/y?z\nftp://jo@x.example\nfile:///etc\n", spec.Spec{Match: spec.Suffix},
			`line 2: "http://www.x.example:80/y?z" is no domain: it is a URL; write www.x.example; line 3: "ftp://jo@x.example" is no domain: it is a URL; write x.example; line 4: "file:///etc" is no domain: it is a URL; write the name of its host`},
		{"ports and paths of domains", "a.csv", "a\nx.example:443\nBücher.de/y\nx.example,\n", spec.Spec{Match: spec.Suffix},
			`line 2: "x.example:443" is no domain: there is ':' in it; write x.example; line 3: "Bücher.de/y" is no domain: there is '/' in it; write Bücher.de; line 4: there are 2 cells`},
		{"empty parts of domains", "a.csv", "a\na..b\n..a\na..\n", spec.Spec{Match: spec.Suffix},
			`line 2: "a..b" is no domain: a part between its dots is empty; line 3: "..a" is no domain: a part between its dots is empty; line 4: "a.." is no domain: a part between its dots is empty`},
		{"stars in domains", "a.csv", "a\n*x.example\na.*.example\n*\n", spec.Spec{Match: spec.Suffix},
			`line 2: "*x.example" is no domain: a star may stand only before the first dot, and says no more than the domain that comes after it; line 3: "a.*.example" is no domain: a star may stand`},
		{"what is no domain", "a.csv", "a\n.\n a b \n[::1]\n", spec.Spec{Match: spec.Suffix},
			`line 2: "." is no domain: every domain would match it; line 3: " a b " is no domain: there is white space in it; a row has one domain; line 4: "[::1]" is no domain: there is '[' in it`},
		{"addresses with colons as domains", "a.jsonl", `{"k":"::1"}{"k":"  "}{"k":"a\\b"}`, spec.Spec{Key: "k", Match: spec.Suffix},
			`row 1 (line 1): "::1" is no domain: there is ':' in it; row 2 (line 1): the key is empty; row 3 (line 1): "a\\b" is no domain: there is '\\' in it`},
		{"a long domain", "a.csv", "a\n" + strings.Repeat("a.", 200) + "b\n", spec.Spec{Match: spec.Suffix}, "line 2: the domain has more than 254 bytes"},
		{"semicolons", "a.csv", "host;owner;site\nx;y;z\n", spec.Spec{}, "a.csv: line 1: the names of the columns seem to be separated by semicolons, not by commas: say separator: semicolon, or separator: comma if they are not"},
		{"semicolons and no name", "a.csv", "host;;site,x\nx;y;z\n", spec.Spec{}, "seem to be separated by semicolons, not by commas"},
		{"tabs in CSV", "a.csv.gz", "host\towner\nx,y\n", spec.Spec{}, "seem to be separated by tabs, not by commas: say separator: tab"},
		{"commas in TSV", "a.tab", "host,owner\nx,y\n", spec.Spec{}, "seem to be separated by commas, not by tabs: say separator: comma"},
		{"pipes", "a.tsv", "host|owner|site\n", spec.Spec{}, "seem to be separated by pipes, not by tabs: say separator: pipe"},
		{"semicolons, as was said", "a.csv", "host;owner\nx\n", spec.Spec{Separator: spec.Semicolon}, "line 2: there is 1 cell, where the header has 2 columns"},
		{"a separator of JSON", "a.json", "[]", spec.Spec{Key: "k", Separator: spec.Comma}, "a.json: separator is for CSV and TSV, and this is JSON by its name"},
		{"lines of old Macs", "a.csv", "a,b\rx,1\ry,2\r", spec.Spec{}, "a.csv: line 1: lines end in a carriage return alone (CR); write them with line feeds (LF)"},
		{"many lines of old Macs", "a.csv", "a,b\r" + strings.Repeat("x,1\r", 1<<19), spec.Spec{}, "a.csv: line 1: lines end in a carriage return alone (CR)"},
		{"a line of old Macs", "a.csv", "a\nx\ry\nz\n", spec.Spec{}, "line 2: there is a carriage return (CR) within the line"},
		{"a time", "a.csv", "a,b\nx,tomorrow\n", spec.Spec{Until: "b"}, `line 2: "tomorrow" is no time`},
		{"a day without dashes", "a.csv", "a,b\nx,20991231\ny,2027\n", spec.Spec{Until: "b"}, "line 2: 20991231 is no time: as seconds since 1970 it would be before March 1973; write a day as 2027-03-31, and nothing where there is no limit; line 3: 2027 is no time"},
		{"ranges that overlap", "a.csv", "a,b\n1,10\n5,15\n", spec.Spec{Match: spec.Range, Key: "a", To: "b"}, "the range of line 3 lies in part within that of line 2"},
		{"a range backwards", "a.csv", "a,b\n10,1\n", spec.Spec{Match: spec.Range, Key: "a", To: "b"}, "line 2: the range ends before it begins"},
		{"a range of both", "a.csv", "a,b\n10.0.0.1,::1\n", spec.Spec{Match: spec.Range, Key: "a", To: "b"}, "line 2: the range begins with an address of one version of IP"},
		{"large numbers", "a.csv", "a,b\n1,9007199254740993\n", spec.Spec{Match: spec.Range, Key: "a", To: "b"}, `line 2: the range ends at "9007199254740993": from 2^53 on, which is 9007199254740992, numbers next to each other cannot be told apart`},
		{"bounds that are missing", "a.csv", "a,b\n1,\n , 2\n", spec.Spec{Match: spec.Range, Key: "a", To: "b"}, "line 2: it does not say where the range ends; line 3: it does not say where the range begins"},
		{"bounds of JSON that are missing", "a.jsonl", `{"a":1}{"a":1,"b":[2]}`, spec.Spec{Match: spec.Range, Key: "a", To: "b"}, `row 1 (line 1): it does not say where the range ends; row 2 (line 1): the range ends at "[2]", which is neither a number nor an IP address`},
		{"bounds of nothing", "a.csv", "a,b\nx,1\n1,NaN\n1,2\n3,10.0.0.1\n", spec.Spec{Match: spec.Range, Key: "a", To: "b"},
			`line 2: the range begins at "x", which is neither a number nor an IP address; line 3: the range ends at "NaN", which is neither a number nor an IP address; line 5: the range ends at the IP address "10.0.0.1", and those before it are of numbers`},
		{"numbers among addresses", "a.csv", "a,b\n10.0.0.1,10.0.0.2\n5,6\n", spec.Spec{Match: spec.Range, Key: "a", To: "b"}, `line 3: the range begins at the number "5", and those before it are of IP addresses`},
		{"ranges that overlap and hold at different times", "a.csv", "a,b,u\n1,10,2026-01-01\n5,15,\n", spec.Spec{Match: spec.Range, Key: "a", To: "b", Until: "u"}, "the range of line 3 lies in part within that of line 2, and so it is not clear which wins"},
		{"ranges that overlap and hold apart", "a.csv", "a,b,f,u\n1,10,,2025-12-31\n5,15,2026-01-01,\n", spec.Spec{Match: spec.Range, Key: "a", To: "b", From: "f", Until: "u"}, "the range of line 3 lies in part within that of line 2, and that they hold at different times does not help, as ranges are found first and times looked at then: ranges lie apart, or within each other; cut one of them in two where the other one begins or ends"},
		{"no JSON", "a.json", "[{]", spec.Spec{Key: "k"}, "row 1 (line 1): jsontext: invalid character ']'"},
		{"not an object", "a.json", "[1, {\"k\":1}, \"x\"]", spec.Spec{Key: "k"}, "row 1 (line 1): a row is an object, and this is int; row 3 (line 1): a row is an object, and this is string"},
		{"JSON without a key", "a.jsonl", "{\"k\":null}{}", spec.Spec{Key: "k"}, `row 1 (line 1): it has no "k", the key; row 2 (line 1): it has no "k", the key`},
		{"lines of JSON", "a.jsonl", "\n{\"k\":1}\n\n{\"k\":\n2}\n5\n{\"k\":3}\n" + strings.Repeat("\n", 100_000) + "{}", spec.Spec{Key: "k"}, `row 3 (line 6): a row is an object, and this is int; row 5 (line 100008): it has no "k", the key`},
		{"an array over lines", "a.json", "[\n {\"k\":1},\n\n {\"k\":2},\n {\"k\":\n 3,\n x}\n]", spec.Spec{Key: "k"}, "row 3 (line 7): jsontext: invalid character 'x'"},
		{"cut off", "a.json", `[{"k":1},{"k"`, spec.Spec{Key: "k"}, "row 2 (line 1): the file ends too early"},
		{"a huge object", "a.json", `[{"k":"` + strings.Repeat("x", 4<<20), spec.Spec{Key: "k"}, "row 1 (line 1): it is longer than 1024 KiB"},
		{"two members", "a.json", `{"k":1,"k":2}`, spec.Spec{Key: "k"}, "duplicate"},
		{"no gzip", "a.mmdb", "x", spec.Spec{}, "the form of the table is not known"},
		{"another form", "a.xlsx", "PK", spec.Spec{}, "the form of the table is not known"},
		{"no key", "a.json", "[]", spec.Spec{}, "key says which member of the objects has the keys, and is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.spec.File = written(t, c.file, c.text)
			_, err := table.Load(context.Background(), c.spec, nil)
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := table.Load(context.Background(), spec.Spec{File: t.TempDir()}, nil)
	require.ErrorContains(t, err, "is a folder, and no table")
	var chain strings.Builder
	chain.WriteString("a,until\n")
	for range 1002 {
		chain.WriteString("x,2027-01-01\n")
	}
	_, err = table.Load(context.Background(), spec.Spec{File: written(t, "a.csv", chain.String()), Until: "until"}, nil)
	require.ErrorContains(t, err, `the key "x": there are more than 1000 rows for one key`)
}

// TestDescribe: a check reads no more than what says which columns there are.
func TestDescribe(t *testing.T) {
	of, err := table.Describe(context.Background(), spec.Spec{File: written(t, "a.csv", "a,b\n1,2\n"), Key: "b"})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b"}, of.Columns())
	require.Zero(t, of.Rows())
	_, err = table.Describe(context.Background(), spec.Spec{File: written(t, "a.csv", "a,b\n1,2\n"), Key: "c"})
	require.ErrorContains(t, err, `there is no column "c"`)
	of, err = table.Describe(context.Background(), spec.Spec{File: written(t, "a.jsonl", strings.Repeat(`{"k":1}`, 200)), Key: "k"})
	require.NoError(t, err)
	require.Nil(t, of.Columns())
	require.Equal(t, "null", found(t, of, value.Int(1)))
}

// TestManyRows: rows fill many blocks, and each is found, by several goroutines at once.
func TestManyRows(t *testing.T) {
	var text strings.Builder
	text.WriteString("key,value,until\n")
	const rows = 30_000
	for i := range rows {
		fmt.Fprintf(&text, "k%d,%s%d,2999-01-01\n", i, strings.Repeat("v", i%60), i)
	}
	for _, until := range []string{"", "until"} {
		p := &table.Progress{}
		of, err := table.Load(context.Background(), spec.Spec{File: written(t, "a.csv", text.String()), Until: until}, p)
		require.NoError(t, err)
		require.EqualValues(t, rows, of.Rows())
		require.Equal(t, p.Size.Load(), p.Read.Load())
		done := make(chan error)
		for g := range 4 {
			go func() {
				var failed error
				for i := g; i < rows; i += 3 {
					want := fmt.Sprint(strings.Repeat("v", i%60), i)
					key := value.String(fmt.Sprint("k", i))
					row, _ := of.Row(key, now)
					got, _ := row.Map().Get(value.String("value"))
					cell, _ := of.Cell(key, now, "value")
					if got.Str() != want || cell.Str() != want {
						failed = fmt.Errorf("%d: %v, %v", i, got, cell)
					}
				}
				done <- failed
			}()
		}
		for range 4 {
			require.NoError(t, <-done)
		}
		require.Equal(t, "null", found(t, of, value.String("k30000")))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := table.Load(ctx, spec.Spec{File: written(t, "a.csv", text.String())}, nil)
	require.ErrorIs(t, err, context.Canceled)
}
