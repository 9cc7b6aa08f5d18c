package maas

import (
	"maps"
	"net/url"
	"slices"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// functionPrefix precedes the names of functions in an endpoint map.
const functionPrefix = "endpoint:"

// endpoint is an instance made ready for expressions.
type endpoint struct {
	Instance
	base  *url.URL    // its URL
	value value.Value // what MAAS_GET_ENDPOINT returns, frozen
}

// newEndpoint makes an instance ready. It fails as Instance.Checked does.
func newEndpoint(i Instance) (*endpoint, error) {
	i, err := i.Checked()
	if err != nil {
		return nil, err
	}
	base, err := protocol.ParseURL(i.URL)
	if err != nil {
		return nil, err
	}
	return &endpoint{Instance: i, base: base, value: endpointMap(i).Freeze()}, nil
}

func endpointMap(i Instance) value.Value {
	m := value.NewMap(3 + len(i.Functions))
	m.Put(value.String("name"), value.String(i.Model))
	m.Put(value.String("version"), value.String(i.Version))
	m.Put(value.String("url"), value.String(i.URL))
	for _, name := range slices.Sorted(maps.Keys(i.Functions)) {
		m.Put(value.String(functionPrefix+name), value.String(i.Functions[name]))
	}
	return value.FromMap(m)
}
