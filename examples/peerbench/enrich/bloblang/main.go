// Bloblang enriches messages with a mapping; see package enrich.
package main

import (
	"log"

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

func main() {
	env := bloblang.NewEnvironment()
	text := bloblang.NewPluginSpec()
	register := func(name string, method func(string) (any, error)) {
		err := env.RegisterMethodV2(name, text, func(*bloblang.ParsedParams) (bloblang.Method, error) {
			return bloblang.StringMethod(method), nil
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	register("url_to_host", func(text string) (any, error) { return enrich.Host(text) })
	register("is_internal", func(text string) (any, error) { return enrich.Internal(text), nil })
	mapping, err := env.Parse(steps)
	if err != nil {
		log.Fatal(err)
	}
	enrich.Main(func(message map[string]any) (any, error) {
		var result any = message // which takes what the mapping makes
		err := mapping.Overlay(message, &result)
		return result, err
	})
}
