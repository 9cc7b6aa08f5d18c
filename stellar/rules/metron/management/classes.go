package management

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

// class is a class of parsers of Metron.
type class struct {
	name string // without the package that all are in
	read func(r *reading, text string) ([]*value.Map, error)
}

const classPackage = "org.apache.metron.parsers."

// classes are those that parse here.
var classes = []class{
	{"csv.CSVParser", readCSV}, {"snort.BasicSnortParser", readSnort},
	{"json.JSONMapParser", readJSON}, {"bro.BasicBroParser", readBro},
	{"cef.CEFParser", readCEF}, {"leef.LEEFParser", readLEEF},
	{"syslog.Syslog5424Parser", readSyslog5424}, {"syslog.Syslog3164Parser", readSyslog3164},
	{"GrokParser", readGrok}, {"regex.RegularExpressionsParser", readRegex},
}

// classOf returns the class that a configuration names.
func classOf(config *value.Map) (class, error) {
	var known []string
	for _, c := range classes {
		known = append(known, c.name)
	}
	there := "those of " + strings.TrimSuffix(classPackage, ".") + " that parse here are " + strings.Join(known, ", ")
	v := get(config, "parserClassName")
	if v.Kind() != value.KindString {
		return class{}, fn.Argumentf(0, "the configuration names no class of parsers in parserClassName: %s", there)
	}
	for _, c := range classes {
		if v.Str() == classPackage+c.name {
			return c, nil
		}
	}
	return class{}, fn.Argumentf(0, "there is no class of parsers %.100s: %s", v.Str(), there)
}
