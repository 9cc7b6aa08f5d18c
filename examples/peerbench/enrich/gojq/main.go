// Gojq enriches messages with a jq filter; see package enrich.
package main

import (
	"log"

	"github.com/itchyny/gojq"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
)

const steps = `
.host = (.url | url_to_host)
| .internal = (.ip_src_addr | is_internal)
| .unusual = (.method | . != "GET" and . != "HEAD" and . != "POST")
| .agent = (.user_agent | ascii_downcase)
| .severity = if (.internal | not) and .unusual then "high" elif .code >= 400 then "medium" else "low" end
`

func main() {
	query, err := gojq.Parse(steps)
	if err != nil {
		log.Fatal(err)
	}
	code, err := gojq.Compile(query,
		gojq.WithFunction("url_to_host", 0, 0, func(input any, _ []any) any {
			host, err := enrich.Host(input.(string))
			if err != nil {
				return err
			}
			return host
		}),
		gojq.WithFunction("is_internal", 0, 0, func(input any, _ []any) any {
			return enrich.Internal(input.(string))
		}))
	if err != nil {
		log.Fatal(err)
	}
	enrich.Main(func(message map[string]any) (any, error) {
		result, _ := code.Run(message).Next()
		if err, failed := result.(error); failed {
			return nil, err
		}
		return result, nil
	})
}
