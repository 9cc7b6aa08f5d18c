package network

import (
	"github.com/stellarlang/stellar/functions/internal/urlparts"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var urlParams = []fn.Param{{
	Name: "url", Kinds: fn.String, Null: fn.NullYieldsNull,
	Doc: "an absolute URL",
}}

const urlDoc = " Any scheme will do if // follows it. The last @ before the path ends the user, and " +
	"in http, https, ws, wss and ftp a backslash counts as a slash: so browsers read them. " +
	"The result is null for text that is no URL."

var urlFunctions = []fn.Func{
	{
		Name: "URL_TO_HOST", Params: urlParams,
		Result: fn.String, ResultDoc: "the host, '' if the URL has none, null if it is no URL",
		Doc: "Returns the host of a URL in its own spelling, without user and port. " +
			"IPv6 addresses keep their brackets." + urlDoc,
		Examples: []fn.Example{
			{Expr: "URL_TO_HOST('https://user@www.example.com:8443/a?b')", Want: "'www.example.com'"},
			{Expr: "URL_TO_HOST('http://[2001:db8::1]/')", Want: "'[2001:db8::1]'"},
			{Expr: "URL_TO_HOST('http://user@paypal.example@evil.example/')", Want: "'evil.example'"},
			{Expr: "URL_TO_HOST('ldap://directory.example/a')", Want: "'directory.example'"},
			{Expr: "URL_TO_HOST('www.example.com')", Want: "null"},
		},
		Cost:  urlCost,
		Unary: ofURL(func(u urlparts.URL) value.Value { return value.String(u.Host) }),
	},
	{
		Name: "URL_TO_PORT", Params: urlParams,
		Result: fn.Int, ResultDoc: "the port, -1 if there is none, null if the argument is no URL",
		Doc: "Returns the port of a URL: the one written, or else that of the scheme, which is 80 for http and ws, 443 for https and wss, and 21 for ftp." +
			urlDoc,
		Examples: []fn.Example{
			{Expr: "URL_TO_PORT('https://www.example.com:8443/')", Want: "8443"},
			{Expr: "URL_TO_PORT('https://www.example.com/')", Want: "443"},
			{Expr: "URL_TO_PORT('file:///etc/hosts')", Want: "-1"},
		},
		Cost:  urlCost,
		Unary: ofURL(func(u urlparts.URL) value.Value { return value.Int(u.Port) }),
	},
	{
		Name: "URL_TO_PATH", Params: urlParams,
		Result: fn.String, ResultDoc: "the path, '' if the URL has none, null if it is no URL",
		Doc: "Returns the path of a URL as it is written, without query and fragment. " +
			"Nothing is decoded or simplified. Of a mailto URL it is the address." + urlDoc,
		Examples: []fn.Example{
			{Expr: "URL_TO_PATH('http://www.example.com/a%20b/../c.html?q=1#top')", Want: "'/a%20b/../c.html'"},
			{Expr: "URL_TO_PATH('mailto:joe@example.com')", Want: "'joe@example.com'"},
		},
		Cost:  urlCost,
		Unary: ofURL(func(u urlparts.URL) value.Value { return value.String(u.Path) }),
	},
	{
		Name: "URL_TO_PROTOCOL", Params: urlParams,
		Result: fn.String, ResultDoc: "the scheme in lower case, null if the argument is no URL",
		Doc: "Returns the scheme of a URL in lower case." + urlDoc,
		Examples: []fn.Example{
			{Expr: "URL_TO_PROTOCOL('HTTPS://www.example.com/')", Want: "'https'"},
			{Expr: "URL_TO_PROTOCOL('ssh://www.example.com/')", Want: "'ssh'"},
		},
		Cost:  urlCost,
		Unary: ofURL(func(u urlparts.URL) value.Value { return value.String(u.Scheme) }),
	},
}

// urlCost is that of a host beyond ASCII.
const urlCost fn.Cost = 4

// ofURL makes a body that returns one part of a URL.
func ofURL(part func(urlparts.URL) value.Value) fn.Unary {
	return func(v value.Value, _ fn.Budget) (value.Value, error) {
		u, ok := urlparts.Parse(v.Str())
		if !ok {
			return value.Null, nil
		}
		return part(u), nil
	}
}
