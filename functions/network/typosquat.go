package network

import (
	"github.com/stellarlang/stellar/functions/network/internal/typosquat"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var typosquatFunctions = []fn.Func{{
	Name: "DOMAIN_TYPOSQUAT",
	Params: []fn.Param{{Name: "domain", Kinds: fn.String, Null: fn.NullYieldsNull, Optional: true,
		Doc: "the label of a domain name that is to be protected, without top level domain and subdomains"}},
	Result: fn.Set, ResultDoc: "the variants of the name, without the name itself",
	Doc: "Makes up the names that somebody could register to be taken for the given one, as dnstwist does: " +
		"with a letter added, left out, doubled, swapped with the next one or replaced by a neighbour on the keyboard, " +
		"with a dash or dot inserted, with one bit flipped, with another vowel, " +
		"and with characters that look alike, these both in Unicode and in ASCII (xn--). " +
		"The names are far from cheap to make: keep them in a set or a Bloom filter rather than asking for each message.",
	Examples: []fn.Example{
		{Expr: "'exmaple' in DOMAIN_TYPOSQUAT('example')", Want: "true"},
		{Expr: "'examp1e' in DOMAIN_TYPOSQUAT('example')", Want: "true"},
		{Expr: "'example' in DOMAIN_TYPOSQUAT('example')", Want: "false"},
	},
	Cost: fn.OwnCost,
	Body: domainTyposquat,
}}

// What a variant takes and makes, besides its text.
const (
	stepsPerVariant = 12
	bytesPerVariant = 150
	bytesPerStep    = 4
)

func domainTyposquat(c *fn.Call) (value.Value, error) {
	if len(c.Args) == 0 {
		return value.Null, nil
	}
	domain, limits := c.Args[0], c.Limits()
	if err := c.Spend(64 * fn.Cost(0).Steps(domain.Size())); err != nil {
		return value.Null, err
	}
	// All variants together count as one string towards the limit, as the
	// number of variants grows faster than the name.
	name, limit := domain.Str(), limits.StringLength
	variants := value.NewSet()
	size := 0
	for variant := range typosquat.Variants(name) {
		if size += len(variant); size > limit {
			return value.Null, fn.Limitf(0, "the variants of a name of %d bytes exceed the limit of %d bytes (StringLength); give a single label", len(name), limit)
		}
		if err := c.Spend(stepsPerVariant + int64(len(variant)/bytesPerStep)); err != nil {
			return value.Null, err
		}
		if err := c.Allocate(bytesPerVariant + 2*int64(len(variant))); err != nil {
			return value.Null, err
		}
		variants = variants.Add(value.String(variant))
	}
	return value.FromSet(variants), nil
}
