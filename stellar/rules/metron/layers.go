package metron

import (
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// layers are variables, those above first. There are at least two.
type layers []stellar.Resolver

// layered returns variables of some, each of which may be nil.
func layered(all ...stellar.Resolver) stellar.Resolver {
	var l layers
	for _, variables := range all {
		if variables != nil {
			l = append(l, variables)
		}
	}
	switch len(l) {
	case 0:
		return nil
	case 1:
		return l[0]
	}
	return l
}

// Lookup implements stellar.Resolver.
func (l layers) Lookup(name string) value.Value {
	for _, variables := range l {
		if v := variables.Lookup(name); !v.IsNull() {
			return v
		}
	}
	return value.Null
}

// Names implements stellar.Resolver.
func (l layers) Names() []string {
	var names []string
	for _, variables := range l {
		names = append(names, variables.Names()...)
	}
	return names
}
