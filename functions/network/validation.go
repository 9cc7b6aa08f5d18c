package network

import (
	"github.com/stellarlang/stellar/functions/internal/predicate"
	"github.com/stellarlang/stellar/functions/network/internal/validate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var validationFunctions = []fn.Func{
	{
		Name: "IS_IP",
		Params: []fn.Param{
			{Name: "ip", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
				Doc: "what is to be tested; its text form counts"},
			{Name: "type", Kinds: fn.Any, Null: fn.NullAccepted, Optional: true,
				Doc: "'IPV4' or 'IPV6'; with anything else, or without it, both will do"},
		},
		Result: fn.Bool, ResultDoc: "whether it is an IP address",
		Doc: "Reports whether the argument is an IP address. IPv4 addresses have four decimal groups without leading zeros. " +
			"IPv6 addresses stand without brackets, zone and prefix length. Null is none. " +
			"IN_SUBNET accepts more spellings, which it understands.",
		Examples: []fn.Example{
			{Expr: "IS_IP('192.168.0.1')", Want: "true"},
			{Expr: "IS_IP('192.168.0.1', 'IPV6')", Want: "false"},
			{Expr: "IS_IP('2001:db8::1', 'IPV6')", Want: "true"},
		},
		Body: isIP,
	},
	{
		Name: "IS_DOMAIN", Params: predicate.Params,
		Result: fn.Bool, ResultDoc: "whether all arguments are domain names",
		Doc: "Reports whether every argument is a domain name that could exist in the DNS: labels of letters, digits and inner dashes, " +
			"at least two of them, under one of the existing top level domains. International names are fine, a dot at the end too. " +
			"Local names, names with underscores and IP addresses are none, nor is null.",
		Examples: []fn.Example{
			{Expr: "IS_DOMAIN('www.example.com')", Want: "true"},
			{Expr: "IS_DOMAIN('bücher.de', 'server1')", Want: "false"},
		},
		Cost: validationCost,
		Body: predicate.All(validate.Domain),
	},
	{
		Name: "IS_EMAIL", Params: predicate.Params,
		Result: fn.Bool, ResultDoc: "whether all arguments are e-mail addresses",
		Doc: "Reports whether every argument is an e-mail address, at a domain as IS_DOMAIN takes it or at an IP address in brackets. " +
			"White space around it is ignored. Null is none.",
		Examples: []fn.Example{
			{Expr: "IS_EMAIL('joe.blow+list@example.com')", Want: "true"},
			{Expr: "IS_EMAIL('joe@localhost')", Want: "false"},
		},
		Cost: validationCost,
		Body: predicate.All(validate.Email),
	},
	{
		Name: "IS_URL", Params: predicate.Params,
		Result: fn.Bool, ResultDoc: "whether all arguments are URLs",
		Doc: "Reports whether every argument is a complete http, https or ftp URL at a domain as IS_DOMAIN takes it, or at an IP address. " +
			"The port is at most 65535. The path holds ASCII characters and escapes as %20 only, no empty segment, " +
			"and does not climb above the root. The query has no white space. Null is none.",
		Examples: []fn.Example{
			{Expr: "IS_URL('https://www.example.com:8443/a/b?q=1#top')", Want: "true"},
			{Expr: "IS_URL('www.example.com')", Want: "false"},
			{Expr: "IS_URL('http://localhost/')", Want: "false"},
		},
		Cost: validationCost,
		Body: predicate.All(validate.URL),
	},
}

// validationCost is that of a text looked at several times, which may have to be
// converted.
const validationCost fn.Cost = 24

func isIP(c *fn.Call) (value.Value, error) {
	text, ok := predicate.Text(c.Arg(0))
	if !ok {
		return value.Bool(false), nil
	}
	switch c.Arg(1).Str() {
	case "IPV4":
		return value.Bool(validate.IPv4(text)), nil
	case "IPV6":
		return value.Bool(validate.IPv6(text)), nil
	}
	return value.Bool(validate.IP(text)), nil
}
