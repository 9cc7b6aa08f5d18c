package network

import (
	"github.com/stellarlang/stellar/functions/network/internal/domainname"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

const suffixDoc = " Top level domains are those of the Public Suffix List, its private section included, so that co.uk and github.io count as one. " +
	"Of a name under no known top level domain the last label counts."

var domainParam = fn.Param{
	Name: "domain", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "a fully qualified domain name",
}

var domainFunctions = []fn.Func{
	{
		Name:   "DOMAIN_TO_TLD",
		Params: []fn.Param{domainParam},
		Result: fn.String, ResultDoc: "the top level domain",
		Doc: "Returns the top level domain of a domain name, in lower case." + suffixDoc +
			" For text that is no domain name it is what stands after the last dot, as it is written.",
		Examples: []fn.Example{
			{Expr: "DOMAIN_TO_TLD('www.example.co.uk')", Want: "'co.uk'"},
			{Expr: "DOMAIN_TO_TLD('server1.corp')", Want: "'corp'"},
		},
		Cost: 4,
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			text := v.Str()
			if name, ok := domainname.Parse(text); ok {
				return value.String(name.Suffix()), nil
			}
			return value.String(domainname.LastLabel(text)), nil
		},
	},
	{
		Name:   "DOMAIN_REMOVE_TLD",
		Params: []fn.Param{domainParam},
		Result: fn.String, ResultDoc: "the name without its top level domain, null if it is no domain name",
		Doc: "Removes the top level domain, and the dot before it, from a domain name. What is left is in lower case; " +
			"of a top level domain nothing is left." + suffixDoc,
		Examples: []fn.Example{
			{Expr: "DOMAIN_REMOVE_TLD('www.example.co.uk')", Want: "'www.example'"},
			{Expr: "DOMAIN_REMOVE_TLD('WWW.Example.com')", Want: "'www.example'"},
			{Expr: "DOMAIN_REMOVE_TLD('co.uk')", Want: "''"},
			{Expr: "DOMAIN_REMOVE_TLD('192.168.0.1')", Want: "null"},
		},
		Cost:  fn.LookUpCost,
		Unary: ofDomain(domainname.Name.WithoutSuffix),
	},
	{
		Name: "DOMAIN_REMOVE_SUBDOMAINS",
		Params: []fn.Param{{Name: "domain", Kinds: fn.String, Null: fn.NullYieldsNull, Optional: true,
			Doc: "a fully qualified domain name"}},
		Result: fn.String, ResultDoc: "the registered domain, null if the argument is no domain name",
		Doc: "Removes the subdomains from a domain name: the top level domain and the label before it are left, in lower case. " +
			"Of a top level domain all is left." + suffixDoc,
		Examples: []fn.Example{
			{Expr: "DOMAIN_REMOVE_SUBDOMAINS('www.mail.example.co.uk')", Want: "'example.co.uk'"},
			{Expr: "DOMAIN_REMOVE_SUBDOMAINS('aB.eXample.cOm')", Want: "'example.com'"},
			{Expr: "DOMAIN_REMOVE_SUBDOMAINS('co.uk')", Want: "'co.uk'"},
		},
		Cost:  fn.LookUpCost,
		Unary: ofDomain(domainname.Name.Registrable),
	},
}

// ofDomain makes a body that returns a part of a domain name, null for other text
// and for a missing argument.
func ofDomain(part func(domainname.Name) string) fn.Unary {
	return func(v value.Value, _ fn.Budget) (value.Value, error) {
		name, ok := domainname.Parse(v.Str())
		if !ok {
			return value.Null, nil
		}
		return value.String(part(name)), nil
	}
}
