package rules_test

import (
	"context"
	"fmt"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/rules"
	"github.com/stellarlang/stellar/stellar/rules/script"
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
	set, _, err := rules.Compile(context.Background(), env, script.Parse("hosts.stellar", []byte(source)))
	if err != nil {
		fmt.Println(err)
		return
	}
	set, err = set.With(rules.Options{
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
		pass, err := set.Apply(context.Background(), message)
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

// All that is wrong with rules is said at once, with its place.
func ExampleCompile_errors() {
	env, err := stellar.NewEnv(stellar.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "upper := TO_UPER(name)\nlower :=\nbusy := night and load > 2 or users > 5\n"
	_, warnings, err := rules.Compile(context.Background(), env, script.Parse("upper.stellar", []byte(text)))
	fmt.Println(err)
	fmt.Println(warnings)
	// Output:
	// upper.stellar:1:10: unknown function error: there is no function TO_UPER; did you mean TO_UPPER?
	// upper.stellar:2:9: syntax error: there is no expression for lower
	// upper.stellar:3:9: warning: and does not bind tighter than or: this means a and (b or c); write the parentheses you mean
}
