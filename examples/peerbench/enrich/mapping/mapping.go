// Package mapping has the steps of package enrich in Bloblang.
package mapping

import (
	"github.com/redpanda-data/benthos/v4/public/bloblang"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
)

const steps = `
root.host = this.url.url_to_host()
let internal = this.ip_src_addr.is_internal()
let unusual = !["GET", "HEAD", "POST"].contains(this.method)
root.internal = $internal
root.unusual = $unusual
root.agent = this.user_agent.lowercase()
root.severity = if !$internal && $unusual { "high" } else if this.code >= 400 { "medium" } else { "low" }
`

// New returns what takes a decoded message through the steps.
func New() (func(message map[string]any) (any, error), error) {
	env := bloblang.NewEnvironment()
	for name, method := range map[string]func(string) (any, error){
		"url_to_host": func(text string) (any, error) { return enrich.Host(text) },
		"is_internal": func(text string) (any, error) { return enrich.Internal(text), nil },
	} {
		err := env.RegisterMethodV2(name, bloblang.NewPluginSpec(), func(*bloblang.ParsedParams) (bloblang.Method, error) {
			return bloblang.StringMethod(method), nil
		})
		if err != nil {
			return nil, err
		}
	}
	mapping, err := env.Parse(steps)
	if err != nil {
		return nil, err
	}
	return func(message map[string]any) (any, error) {
		var result any = message // which takes what the mapping makes
		err := mapping.Overlay(message, &result)
		return result, err
	}, nil
}
