package network

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/subnet"
	"github.com/stellarlang/stellar/stellar/value"
)

var subnetFunctions = []fn.Func{{
	Name: "IN_SUBNET",
	Params: []fn.Param{
		{Name: "ip", Kinds: fn.String, Null: fn.NullAccepted,
			Doc: "an IPv4 or IPv6 address; null is in no network"},
		{Name: "cidr", Kinds: fn.String, Null: fn.NullAccepted,
			Doc: "a network in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32; null is skipped"},
		{Name: "more", Kinds: fn.Any, Null: fn.NullAccepted, Variadic: true,
			Doc: "further networks, looked at until the address is found in one"},
	},
	Result:    fn.Bool,
	ResultDoc: "whether the address lies in one of the networks",
	Doc: "Reports whether an IP address lies in at least one of the networks. " +
		"Every address of a network counts, its first and last ones too, so that /32 is that very address and /0 is all of them. " +
		"Text that is no IP address is in no network; a network that cannot be read is an error. " +
		"IPv4 addresses written as IPv6 (::ffff:10.0.0.1) count as IPv4. " +
		"An IPv6 address may stand in brackets, as URL_TO_HOST returns it, and have a zone, which does not matter. " +
		"Leading zeros are read as decimal (010.0.0.1 is 10.0.0.1), so that no spelling of an address evades a network, though IS_IP accepts the proper one only.",
	Examples: []fn.Example{
		{Expr: "IN_SUBNET('192.168.0.7', '192.168.0.0/24')", Want: "true"},
		{Expr: "IN_SUBNET('2001:db8::9', '10.0.0.0/8', '2001:db8::/32')", Want: "true"},
		{Expr: "IN_SUBNET(URL_TO_HOST('http://[2001:db8::1]:8080/p'), '2001:db8::/32')", Want: "true"},
		{Expr: "IN_SUBNET('fe80::1%5', 'fe80::/10')", Want: "true"},
		{Expr: "IN_SUBNET('unknown', '10.0.0.0/8')", Want: "false"},
	},
	Body:    inSubnet,
	Prepare: prepareInSubnet,
	Witness: networkWitness,
}}

func inSubnet(c *fn.Call) (value.Value, error) {
	ip := c.Arg(0)
	if ip.IsNull() {
		return value.Bool(false), nil
	}
	address, isAddress := subnet.ParseAddress(ip.Str())
	for i, cidr := range c.Args[1:] {
		if cidr.IsNull() {
			continue
		}
		network, err := parseNetwork(i+1, cidr)
		if err != nil {
			return value.Null, err
		}
		if isAddress && network.Contains(address) {
			return value.Bool(true), nil
		}
	}
	return value.Bool(false), nil
}

// prepareInSubnet parses the constant networks, and returns a body that holds
// them when all are constant.
func prepareInSubnet(constants fn.Constants) (fn.Prepared, error) {
	var networks []subnet.Prefix
	allKnown := true
	var warnings []fn.Warning
	if ip, known := constants.Get(0); known && isNetwork(ip) {
		warnings = append(warnings, fn.Warning{Arg: 0, Message: "this is a network, and the address stands first: IN_SUBNET(ip, cidr)"})
	}
	for i := 1; i < len(constants); i++ {
		cidr, known := constants.Get(i)
		if !known {
			allKnown = false
			continue
		}
		if cidr.IsNull() {
			continue
		}
		network, err := parseNetwork(i, cidr)
		if err != nil {
			return fn.Prepared{Warnings: warnings}, err
		}
		networks = append(networks, network)
	}
	if !allKnown {
		return fn.Prepared{Warnings: warnings}, nil
	}
	return fn.Prepared{Warnings: warnings, Unary: func(ip value.Value, _ fn.Budget) (value.Value, error) {
		address, ok := subnet.ParseAddress(ip.Str())
		if !ok {
			return value.Bool(false), nil
		}
		for i := range networks {
			if networks[i].Contains(address) {
				return value.Bool(true), nil
			}
		}
		return value.Bool(false), nil
	}}, nil
}

// maxTestedNetworks bounds the steps of a call that a witness speaks of.
const maxTestedNetworks = 10_000

// networkWitness: the address is in one of the networks.
func networkWitness(constants fn.Constants) fn.Witness {
	w := fn.Witness{Known: len(constants) <= maxTestedNetworks, Total: true}
	for i := 1; i < len(constants); i++ {
		cidr, known := constants.Get(i)
		if cidr.IsNull() && known {
			continue
		}
		network, err := parseNetwork(i, cidr)
		if err != nil {
			return fn.Witness{}
		}
		w.Tests = append(w.Tests, fn.Test{Kind: fn.InNetwork, Network: network})
	}
	return w
}

func isNetwork(v value.Value) bool {
	_, err := subnet.ParsePrefix(v.Str())
	return v.Kind() == value.KindString && err == nil
}

func parseNetwork(arg int, cidr value.Value) (subnet.Prefix, error) {
	if cidr.Kind() != value.KindString {
		return subnet.Prefix{}, fn.Typef(arg, "a network must be a string, and this is %s", fn.Of(cidr.Kind()).Indefinite())
	}
	network, err := subnet.ParsePrefix(cidr.Str())
	if err != nil {
		return subnet.Prefix{}, fn.Argumentf(arg, "%v", err)
	}
	return network, nil
}
