// Command quickstart compiles one expression and evaluates it on some messages.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/stellarlang/stellar/stellar"
)

func main() {
	ctx := context.Background()

	// Compile once…
	suspicious, err := stellar.Compile(
		"not(IN_SUBNET(ip_dst, '10.0.0.0/8', '192.168.0.0/16')) and bytes > 1000000")
	if err != nil {
		log.Fatal(err)
	}

	// …and evaluate many times, from as many goroutines as you like.
	for _, message := range []map[string]any{
		{"ip_dst": "10.1.2.3", "bytes": 5_000_000},
		{"ip_dst": "203.0.113.9", "bytes": 5_000_000},
		{"ip_dst": "203.0.113.9"}, // a missing field is null
	} {
		yes, err := suspicious.Test(ctx, stellar.Vars(message))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(yes, message)
	}

	// Any kind of result: a Go value.
	host, err := stellar.Eval(ctx, "DOMAIN_REMOVE_SUBDOMAINS(URL_TO_HOST(url))",
		stellar.Vars{"url": "https://www.example.co.uk/index.html"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(host)

	// Mistakes say where they are.
	_, err = stellar.Compile("TO_UPER(host) == 'MAIL'")
	var mistake *stellar.Error
	if errors.As(err, &mistake) {
		fmt.Println(mistake)
		fmt.Println(mistake.Snippet())
	}
}
