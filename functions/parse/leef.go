package parse

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var leefForm = form{
	name:      "LEEF",
	text:      "an event in the Log Event Extended Format (LEEF), version 1.0 or 2.0",
	result:    fn.Map,
	resultDoc: "a map with version, vendor, product, product_version, event_id and attributes, which is a map",
	doc: "Reads an event in the Log Event Extended Format: five parts between pipes and then pairs of a name, an equals sign and a value. " +
		"Between two pairs there is a tab, or what version 2.0 names in a sixth part: a character, or its number in hexadecimal digits after x or 0x.",
	tolerated: "text before 'LEEF:', such as the header of syslog, other versions, a missing sixth part in version 2.0, and attributes without an equals sign",
	options: []option{
		textOption("delimiter", "what is between two pairs, whatever the header says", func(o *options) *string { return &o.delimiter }),
		repeatedOption,
	},
	examples: []fn.Example{
		{
			Expr: `PARSE_LEEF('LEEF:2.0|Example|IDS|1.2|100|^|src=10.0.0.7^msg=a b')`,
			Want: "{'version' : '2.0', 'vendor' : 'Example', 'product' : 'IDS', 'product_version' : '1.2', 'event_id' : '100', " +
				"'attributes' : {'src' : '10.0.0.7', 'msg' : 'a b'}}",
		},
		{Expr: `MAP_GET('attributes', PARSE_LEEF('LEEF:1.0|Example|IDS|1|2|a=1\tb=x=y'))`, Want: "{'a' : '1', 'b' : 'x=y'}"},
		{Expr: "PARSE_LEEF('CEF:0|Example|IDS|1|2|x|5|')", Want: "null"},
	},
	parse: parseLEEF,
}

const (
	leefMark  = "LEEF:"
	leefParts = 5
)

func parseLEEF(s *source) (value.Value, error) {
	start := strings.Index(s.text, leefMark)
	if start < 0 || s.strict && start > 0 {
		return value.Null, refuse("the text does not begin with %s", leefMark)
	}
	header, rest, err := s.pipes(s.text[start+len(leefMark):], leefParts)
	if err != nil {
		return value.Null, err
	}
	version := header[0]
	if s.strict && version != "1.0" && version != "2.0" {
		return value.Null, refuse("the version is neither 1.0 nor 2.0")
	}
	delimiter := "\t"
	if strings.HasPrefix(version, "2") {
		end := strings.IndexByte(rest, '|')
		named, ok := "", false
		if end >= 0 {
			named, ok = leefDelimiter(rest[:end])
		}
		switch {
		case ok:
			delimiter, rest = named, rest[end+1:]
		case s.strict:
			return value.Null, refuse("there is no sixth part that names a character")
		}
	}
	if s.delimiter != "" {
		delimiter = s.delimiter
	}
	attributes, err := s.attributes(rest, delimiter)
	if err != nil {
		return value.Null, err
	}
	return record([]part{
		{"version", value.String(version)},
		{"vendor", value.String(header[1])},
		{"product", value.String(header[2])},
		{"product_version", value.String(header[3])},
		{"event_id", value.String(header[4])},
		{"attributes", attributes},
	}), nil
}

// leefDelimiter reads the part of a header that names a character: nothing, which
// means a tab, itself, or its number.
func leefDelimiter(text string) (delimiter string, ok bool) {
	if text == "" {
		return "\t", true
	}
	if utf8.RuneCountInString(text) == 1 {
		return text, true
	}
	digits, ok := strings.CutPrefix(strings.ToLower(strings.TrimPrefix(text, "0")), "x")
	const mostDigits = 4
	if !ok || len(digits) > mostDigits {
		return "", false
	}
	number, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || !utf8.ValidRune(rune(number)) {
		return "", false
	}
	return string(rune(number)), true
}

func (s *source) attributes(text, delimiter string) (value.Value, error) {
	f := s.newFields()
	for more := text != ""; more; {
		if err := s.Spend(1); err != nil {
			return value.Null, err
		}
		var pair string
		pair, text, more = strings.Cut(text, delimiter)
		if pair = strings.Trim(pair, blanks); pair == "" {
			continue
		}
		name, content, found := strings.Cut(pair, "=")
		v := value.String(content)
		if !found {
			if s.strict {
				return value.Null, refuse("an attribute has no equals sign")
			}
			v = value.Null
		}
		if err := f.add(strings.Trim(name, blanks), v); err != nil {
			return value.Null, err
		}
	}
	return f.value(), nil
}
