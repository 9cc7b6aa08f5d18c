package parse

import (
	"strings"

	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var queryForm = form{
	name:      "QUERY",
	text:      "the query of a URL, with or without the question mark before it",
	result:    fn.Map,
	resultDoc: "a map of the values by their names",
	doc: "Reads the query of a URL, or a form as browsers send it: pairs with & between them. Escapes such as %2F are decoded as UTF-8, and a plus sign is a blank; " +
		"bytes that are no UTF-8 become U+FFFD.",
	tolerated: "percent signs that are not followed by two hexadecimal digits, and pairs without a name",
	options: []option{
		textOption("separator", "what is between two pairs; '&' by default", func(o *options) *string { return &o.separator }),
		repeatedOption,
	},
	examples: []fn.Example{
		{Expr: "PARSE_QUERY('?q=a+b%2Fc&lang=en&debug')", Want: "{'q' : 'a b/c', 'lang' : 'en', 'debug' : null}"},
		{Expr: "PARSE_QUERY('id=1&id=2', {'repeated' : 'all'})", Want: "{'id' : ['1', '2']}"},
		{Expr: "PARSE_QUERY('rate=100%', {'strict' : true})", Want: "null"},
	},
	parse: parseQuery,
}

func parseQuery(s *source) (value.Value, error) {
	separator := s.separator
	if separator == "" {
		separator = "&"
	}
	f := s.newFields()
	rest := strings.TrimPrefix(s.text, "?")
	for more := rest != ""; more; {
		var pair string
		if pair, rest, more = strings.Cut(rest, separator); pair == "" {
			if err := s.Spend(1); err != nil {
				return value.Null, err
			}
			continue
		}
		name, text, assigned := strings.Cut(pair, "=")
		if s.strict && name == "" {
			return value.Null, refuse("a pair has no name")
		}
		name, err := s.decoded(name)
		if err != nil {
			return value.Null, err
		}
		v := value.Null
		if assigned {
			if text, err = s.decoded(text); err != nil {
				return value.Null, err
			}
			v = value.String(text)
		}
		if err := f.add(name, v); err != nil {
			return value.Null, err
		}
	}
	return f.value(), nil
}

// decoded returns a part of a query without its escapes.
func (s *source) decoded(text string) (string, error) {
	if !strings.ContainsAny(text, "%+") {
		return s.valid(text)
	}
	if err := s.Allocate(int64(len(text))); err != nil {
		return "", err
	}
	b := make([]byte, 0, len(text))
	for i, charged := 0, 0; i < len(text); i++ {
		if i-charged >= bytesAtOnce {
			charged = i
			if err := s.spendOn(bytesAtOnce); err != nil {
				return "", err
			}
		}
		switch c := text[i]; {
		case c == '+':
			b = append(b, ' ')
		case c != '%':
			b = append(b, c)
		case i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			b = append(b, hexDigit(text[i+1])<<4|hexDigit(text[i+2]))
			i += 2
		case s.strict:
			return "", refuse("a percent sign is not followed by two hexadecimal digits")
		default:
			b = append(b, c)
		}
	}
	return s.valid(string(b))
}

func hexDigit(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
