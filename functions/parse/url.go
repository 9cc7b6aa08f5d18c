package parse

import (
	"strings"

	"github.com/stellarlang/stellar/functions/internal/ascii"
	"github.com/stellarlang/stellar/functions/internal/urlparts"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var urlForm = form{
	name:      "URL",
	text:      "an absolute URL",
	result:    fn.Map,
	resultDoc: "a map with scheme, user, password, host, port (an integer), path, query and fragment",
	doc: "Reads a URL as URL_TO_HOST and its kin do. The parts are as they are written, but for the scheme, which is in lower case; " +
		"decode a query with PARSE_QUERY. The port is the scheme's own if none is written.",
	tolerated: "blanks around the URL, and characters and escapes that RFC 3986 does not allow, such as backslashes",
	examples: []fn.Example{
		{
			Expr: "PARSE_URL('https://jdoe@www.example.com/a%20b?q=1#top')",
			Want: "{'scheme' : 'https', 'user' : 'jdoe', 'password' : null, 'host' : 'www.example.com', 'port' : 443, 'path' : '/a%20b', 'query' : 'q=1', 'fragment' : 'top'}",
		},
		{Expr: "MAP_GET('host', PARSE_URL('http:\\\\\\\\evil.example\\\\a'))", Want: "'evil.example'"},
		{Expr: "PARSE_URL('http:\\\\\\\\evil.example\\\\a', {'strict' : true})", Want: "null"},
		{Expr: "PARSE_URL('www.example.com')", Want: "null"},
	},
	parse: parseURL,
}

func parseURL(s *source) (value.Value, error) {
	if s.strict {
		if at := notOfURL(s.text); at >= 0 {
			return value.Null, refuse("a character or escape at %d does not belong in a URL", at+1)
		}
	}
	u, ok := urlparts.Parse(s.text)
	if !ok {
		return value.Null, refuse("the text is no absolute URL")
	}
	user, password, hasPassword := strings.Cut(u.User, ":")
	port, secret := value.Null, value.Null
	if u.Port >= 0 {
		port = value.Int(u.Port)
	}
	if hasPassword {
		secret = value.String(password)
	}
	return record([]part{
		{"scheme", value.String(u.Scheme)},
		{"user", orNull(user, "")},
		{"password", secret},
		{"host", orNull(u.Host, "")},
		{"port", port},
		{"path", orNull(u.Path, "")},
		{"query", orNull(u.Query, "")},
		{"fragment", orNull(u.Fragment, "")},
	}), nil
}

// notOfURL returns the place of the first byte that RFC 3986 does not allow in a URL,
// -1 if there is none.
func notOfURL(text string) int {
	for i := range len(text) {
		c := text[i]
		switch {
		case ascii.IsLetter(c) || ascii.IsDigit(c) || strings.IndexByte("-._~:/?#[]@!$&'()*+,;=", c) >= 0:
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
		default:
			return i
		}
	}
	return -1
}

func isHex(c byte) bool { return ascii.IsDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }
