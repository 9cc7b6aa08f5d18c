package network

import (
	"strings"

	"github.com/stellarlang/stellar/functions/internal/iterate"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/subnet"
	"github.com/stellarlang/stellar/stellar/value"
)

var categoryFunctions = []fn.Func{
	{
		Name:   "IP_CATEGORY",
		Params: []fn.Param{{Name: "ip", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "an IPv4 or IPv6 address, as IN_SUBNET reads it"}},
		Result: fn.String, ResultDoc: "the category; null of a text that is no address",
		Doc: "Says what an IP address is for, by the registries of special addresses (RFC 6890): " + categoryNames + ". Not in Metron.",
		Examples: []fn.Example{
			{Expr: "IP_CATEGORY('10.1.2.3')", Want: "'private'"},
			{Expr: "IP_CATEGORY('8.8.8.8')", Want: "'public'"},
			{Expr: "IP_CATEGORY('fe80::1')", Want: "'link_local'"},
			{Expr: "IP_CATEGORY('localhost')", Want: "null"},
		},
		Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
			address, ok := subnet.ParseAddress(v.Str())
			if !ok {
				return value.Null, nil
			}
			return value.String(categoryOf(address)), nil
		},
	},
	{
		Name: "NETWORK_DIRECTION",
		Params: []fn.Param{
			{Name: "source", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the address of the sender"},
			{Name: "destination", Kinds: fn.String, Null: fn.NullYieldsNull, Doc: "the address of the receiver"},
			{Name: "internal", Kinds: fn.Iterable, Optional: true,
				Doc: "the networks that are one's own, in CIDR notation; all but public addresses by default"},
		},
		Result: fn.String, ResultDoc: "'internal', 'outbound', 'inbound' or 'external'; null if one is no address",
		Doc: "Says which way traffic goes, seen from one's own networks: within them, out of them, into them, or past them. Not in Metron.",
		Examples: []fn.Example{
			{Expr: "NETWORK_DIRECTION('10.0.0.5', '8.8.8.8')", Want: "'outbound'"},
			{Expr: "NETWORK_DIRECTION('8.8.8.8', '192.0.2.7', ['192.0.2.0/24'])", Want: "'inbound'"},
			{Expr: "NETWORK_DIRECTION('10.0.0.5', 'unknown')", Want: "null"},
		},
		Body: direction,
	},
}

const categoryNames = "'private', 'loopback', 'link_local', 'shared' (behind a provider's translation), 'multicast', 'broadcast', 'unspecified', " +
	"'documentation', 'benchmark', 'reserved' or 'public'"

// category is a network whose addresses have a purpose.
type category struct {
	network subnet.Prefix
	name    string
}

// categories with the narrower networks before those around them.
var categories = func() []category {
	var all []category
	for _, c := range []struct{ name, networks string }{
		{"broadcast", "255.255.255.255/32"},
		{"unspecified", "0.0.0.0/8 ::/128"},
		{"loopback", "127.0.0.0/8 ::1/128"},
		{"private", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"},
		{"link_local", "169.254.0.0/16 fe80::/10"},
		{"shared", "100.64.0.0/10"},
		{"documentation", "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20"},
		{"benchmark", "198.18.0.0/15 2001:2::/48"},
		{"multicast", "224.0.0.0/4 ff00::/8"},
		{"reserved", "192.0.0.0/24 240.0.0.0/4 64:ff9b:1::/48 100::/64 2001::/23 5f00::/16 fec0::/10"},
	} {
		for network := range strings.FieldsSeq(c.networks) {
			if prefix, err := subnet.ParsePrefix(network); err == nil { // as a test sees to
				all = append(all, category{prefix, c.name})
			}
		}
	}
	return all
}()

func categoryOf(address subnet.Address) string {
	for i := range categories {
		if categories[i].network.Contains(address) {
			return categories[i].name
		}
	}
	return "public"
}

// directions by whether source and destination are internal.
var directions = map[[2]bool]string{
	{true, true}: "internal", {true, false}: "outbound", {false, true}: "inbound", {false, false}: "external",
}

func direction(c *fn.Call) (value.Value, error) {
	isOwn := func(address subnet.Address) bool { return categoryOf(address) != "public" }
	if len(c.Args) > 2 {
		networks, err := ownNetworks(c, c.Args[2])
		if err != nil {
			return value.Null, err
		}
		isOwn = func(address subnet.Address) bool {
			for i := range networks {
				if networks[i].Contains(address) {
					return true
				}
			}
			return false
		}
	}
	var own [2]bool
	for i := range own {
		address, ok := subnet.ParseAddress(c.Args[i].Str())
		if !ok {
			return value.Null, nil
		}
		own[i] = isOwn(address)
	}
	return value.String(directions[own]), nil
}

// ownNetworks reads the networks of argument 2.
func ownNetworks(c *fn.Call, networks value.Value) ([]subnet.Prefix, error) {
	var own []subnet.Prefix
	for cidr := range iterate.Items(networks) {
		if err := c.Spend(4); err != nil {
			return nil, err
		}
		if cidr.IsNull() {
			continue
		}
		network, err := parseNetwork(2, cidr)
		if err != nil {
			return nil, err
		}
		own = append(own, network)
	}
	return own, nil
}
