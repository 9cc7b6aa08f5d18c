package spec_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/stellarlang/stellar/stellar/table/spec"
)

func TestParse(t *testing.T) {
	for option, want := range map[string]spec.Spec{
		"a=b.csv":                     {File: "b.csv"},
		" a =b.csv,key=net":           {File: "b.csv", Key: "net"},
		"a=b=c.csv":                   {File: "b=c.csv"},
		"a=b,c, d.csv,match=cidr":     {File: "b,c, d.csv", Match: spec.CIDR},
		`a="b,key=c.csv", key=net`:    {File: "b,key=c.csv", Key: "net"},
		`a="b ""c"".csv",key="a,""b"`: {File: `b "c".csv`, Key: `a,"b`},
		`a=b"c.csv`:                   {File: `b"c.csv`},
		"a=b.csv,key=first,to=last,match=range,from=f,until=u,separator=semicolon,reload=watch": {
			File: "b.csv", Key: "first", To: "last", Match: spec.Range, From: "f", Until: "u", Separator: spec.Semicolon, Watch: true},
		"a=b.mmdb,reload=never": {File: "b.mmdb"},
	} {
		name, got, err := spec.Parse(option)
		require.NoError(t, err, option)
		require.Equal(t, "a", name, option)
		require.Equal(t, want, got, option)
	}
	for option, want := range map[string]string{
		"a":                          "write NAME=FILE",
		"=b.csv":                     "write NAME=FILE",
		"a,b=c.csv":                  "write NAME=FILE",
		"a=":                         "the table a: a table has a file",
		"a=b.csv,kye=x":              `the table a: there is no property "kye"; did you mean key?`,
		"a=b.csv,match=cdir":         `the table a: there is no match "cdir"; did you mean cidr?`,
		"a=b.csv,separator=;":        `the table a: there is no separator ";", only comma, semicolon, tab, pipe`,
		"a=b.csv,key=x,y":            `the table a: "y" is no property: write it as in match=cidr, and values with commas in double quotes`,
		"a=b.csv,key=x,y,match=cidr": `the table a: "y" is no property`,
		`a="b.csv`:                   "is not closed",
		`a="b"c.csv`:                 "there is more after the closing quote",
		"a=b.mmdb,key=x":             "b.mmdb is a MaxMind database, which has its own keys",
		"a=b.mmdb,separator=tab":     "b.mmdb is a MaxMind database, which has its own keys",
		"a=b.csv,match=range":        "match: range needs to, the column in which ranges end",
		"a=b.csv,to=x":               "to is for match: range only",
	} {
		_, _, err := spec.Parse(option)
		require.ErrorContains(t, err, want, option)
	}
}
