// Bloblang enriches messages with a mapping; see package enrich.
package main

import (
	"log"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
	"github.com/stellarlang/stellar/examples/peerbench/enrich/mapping"
)

func main() {
	apply, err := mapping.New()
	if err != nil {
		log.Fatal(err)
	}
	enrich.Main(apply)
}
