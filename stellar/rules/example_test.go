package rules_test

import (
	"context"
	"fmt"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
)

// A rule file is compiled once and applied to many messages.
func Example() {
	source := `
# what somebody had to pay for
host   := URL_TO_HOST(url)
domain := DOMAIN_REMOVE_SUBDOMAINS(host)
is_own := domain in own_domains   // from the variables
`
	env, err := stellar.NewEnv(stellar.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err := rules.Load(env, "hosts.stellar", []byte(source))
	if err != nil {
		fmt.Println(err)
		return
	}
	program, err = program.With(rules.Options{
		Drop:      []string{"host"},
		Variables: stellar.Vars{"own_domains": []string{"example.com"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{
		`{"url": "http://www.example.com/a", "bytes": 1.50}`,
		`{"url": "http://mail.example.org/b", "is_own": null, "bytes": 2e3}`,
	} {
		message, err := rules.ParseMessage([]byte(text))
		if err != nil {
			fmt.Println(err)
			continue
		}
		pass, err := program.Apply(context.Background(), message)
		if err != nil {
			fmt.Println(err)
		}
		if pass {
			fmt.Println(string(message.AppendJSON(nil)))
		}
	}
	// Output:
	// {"url": "http://www.example.com/a", "bytes": 1.50,"domain":"example.com","is_own":true}
	// {"url": "http://mail.example.org/b", "is_own": false, "bytes": 2e3,"domain":"example.org"}
}

// The errors of a rule file say where in the file they are.
func ExampleLoad_errors() {
	env, err := stellar.NewEnv(stellar.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = rules.Load(env, "upper.stellar", []byte("upper := TO_UPER(name)\nlower :=\n"))
	fmt.Println(err)
	// Output:
	// upper.stellar:1:10: unknown function error: there is no function TO_UPER; did you mean TO_UPPER?
	// upper.stellar:2:9: syntax error: there is no expression for lower
}
