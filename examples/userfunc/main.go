// Command userfunc adds two functions of its own to the language: one from a
// plain Go function, one as a full declaration.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

var registered = map[string]int64{"example.com": 11_000, "zaze.ru": 2}

func domainAge(_ context.Context, domain string) (int64, error) {
	age, ok := registered[domain]
	if !ok {
		return 0, fmt.Errorf("no registration of %s is known", domain)
	}
	return age, nil
}

// celsius is called without reflection, and its documentation is complete.
var celsius = fn.Func{
	Name:      "CELSIUS",
	Params:    []fn.Param{{Name: "fahrenheit", Kinds: fn.Number, Null: fn.NullYieldsNull, Doc: "a temperature"}},
	Result:    fn.Double,
	ResultDoc: "the temperature in degrees Celsius",
	Doc:       "Converts a temperature from degrees Fahrenheit.",
	Examples:  []fn.Example{{Expr: "CELSIUS(212)", Want: "100.0"}},
	Unary: func(v value.Value, _ fn.Budget) (value.Value, error) {
		f, _ := v.Number()
		return value.Double((f - 32) / 1.8), nil
	},
}

func main() {
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{
		stellar.Func("DOMAIN_AGE(domain) -> days since its registration", "Looks a domain up.", domainAge),
		celsius,
	}})
	if err != nil {
		log.Fatal(err)
	}
	for _, expression := range []string{"DOMAIN_AGE('zaze.ru') < 30", "DOMAIN_AGE('unknown.org') < 30", "CELSIUS(451)"} {
		result, err := env.Eval(context.Background(), expression, nil)
		fmt.Println(expression, "→", result, err)
	}
}
