package maas

import (
	"maps"
	"net/url"
	"slices"

	"github.com/stellarlang/stellar/maas/protocol"
	"github.com/stellarlang/stellar/stellar/value"
)

// The names in an endpoint map.
const (
	functionPrefix = "endpoint:"
	selectorName   = "selector"
)

// instance is an Instance that was checked, with its URL parsed.
type instance struct {
	Instance
	base *url.URL
}

// newInstance fails as Instance.Checked does.
func newInstance(i Instance) (*instance, error) {
	i, err := i.Checked()
	if err != nil {
		return nil, err
	}
	base, err := protocol.ParseURL(i.URL)
	if err != nil {
		return nil, err
	}
	return &instance{i, base}, nil
}

// endpoint is an instance made ready for expressions.
type endpoint struct {
	*instance
	version *version
	value   value.Value // what MAAS_GET_ENDPOINT returns, frozen
	split   *split      // not nil if each call gets a version of its own
}

func newEndpoint(i *instance, of *version) *endpoint {
	return &endpoint{instance: i, version: of, value: endpointMap(i.Instance).Freeze()}
}

// splitEndpoint returns an endpoint that stands for several versions.
func splitEndpoint(e *endpoint, s *split) *endpoint {
	m := endpointMap(e.Instance)
	m.Map().Put(value.String(selectorName), value.String(s.selector))
	return &endpoint{instance: e.instance, version: e.version, value: m.Freeze(), split: s}
}

func endpointMap(i Instance) value.Value {
	m := value.NewMap(4 + len(i.Functions))
	m.Put(value.String("name"), value.String(i.Model))
	m.Put(value.String("version"), value.String(i.Version))
	m.Put(value.String("url"), value.String(i.URL))
	for _, name := range slices.Sorted(maps.Keys(i.Functions)) {
		m.Put(value.String(functionPrefix+name), value.String(i.Functions[name]))
	}
	return value.FromMap(m)
}
