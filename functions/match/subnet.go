package match

import (
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/fn/subnet"
)

// networks is a test for an address in one of some networks.
type networks []subnet.Prefix

func networksOf(wanted []string) (test, error) {
	n := make(networks, len(wanted))
	for i, text := range wanted {
		var err error
		if n[i], err = subnet.ParsePrefix(text); err != nil {
			return nil, err
		}
	}
	return n, nil
}

func (n networks) holds(text string, budget fn.Budget) (bool, error) {
	if err := budget.Spend(1 + int64(len(n))/16 + int64(len(text))/bytesPerStep); err != nil {
		return false, err
	}
	address, ok := subnet.ParseAddress(text)
	if !ok {
		return false, nil
	}
	for i := range n {
		if n[i].Contains(address) {
			return true, nil
		}
	}
	return false, nil
}

var inAnySubnet = func() fn.Func {
	f := matching(fn.Func{
		Name: "IN_ANY_SUBNET", ResultDoc: "whether an address of the field is in one of the networks",
		Doc: "Reports whether a field has an IP address in one of several networks. What is no address is in none. IPv4 addresses written as IPv6 count as IPv4. " +
			anyMember + "Not in Metron.",
		Examples: []fn.Example{
			{Expr: "IN_ANY_SUBNET('10.1.2.3', ['10.0.0.0/8', 'fe80::/10'])", Want: "true"},
			{Expr: "IN_ANY_SUBNET(['a host', '::ffff:10.0.0.1'], '10.0.0.0/8')", Want: "true"},
			{Expr: "IN_ANY_SUBNET('unknown', '0.0.0.0/0')", Want: "false"},
		},
	}, fn.Param{Name: "networks", Kinds: fn.Any, Null: fn.NullAccepted, Doc: "a network in CIDR notation, or a list of them; null is none"}, networksOf, false)
	f.Params = f.Params[:optionsArg]
	f.Witness = networkWitness
	return f
}()
