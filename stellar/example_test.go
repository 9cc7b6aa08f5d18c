package stellar_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/netip"
	"time"

	"github.com/stellarlang/stellar/functions/network"
	"github.com/stellarlang/stellar/functions/text"
	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/fn"
	"github.com/stellarlang/stellar/stellar/value"
)

func Example() {
	program, err := stellar.Compile("IN_SUBNET(ip, '10.0.0.0/8') and bytes > 1000")
	if err != nil {
		log.Fatal(err)
	}
	for _, message := range []stellar.Vars{
		{"ip": "10.1.2.3", "bytes": 2048},
		{"ip": "192.0.2.1", "bytes": 2048},
		{"ip": "10.1.2.3"},
	} {
		fmt.Println(program.Test(context.Background(), message))
	}
	// Output:
	// true <nil>
	// false <nil>
	// false <nil>
}

func ExampleCompile() {
	program, err := stellar.Compile("TO_UPPER(name)")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(program.Variables())
	fmt.Println(program.Eval(context.Background(), stellar.Vars{"name": "metron"}))
	// Output:
	// [name]
	// METRON <nil>
}

func ExampleEval() {
	fmt.Println(stellar.Eval(context.Background(), "MAP(SPLIT('1,2,3', ','), x -> TO_INTEGER(x) * 2)", nil))
	// Output: [2 4 6] <nil>
}

func ExampleProgram_Eval() {
	program, err := stellar.Compile("{ 'host' : URL_TO_HOST(url), 'port' : URL_TO_PORT(url) }")
	if err != nil {
		log.Fatal(err)
	}
	result, err := program.Eval(context.Background(), stellar.Vars{"url": "https://example.com/"})
	fmt.Printf("%T %v %v\n", result, result, err)
	// Output: map[string]interface {} map[host:example.com port:443] <nil>
}

func ExampleProgram_Value() {
	program, err := stellar.Compile("bytes / 1024.0")
	if err != nil {
		log.Fatal(err)
	}
	kilobytes, err := program.Value(context.Background(), stellar.Vars{"bytes": 1536})
	fmt.Println(kilobytes.Kind(), kilobytes.Float64(), err)
	// Output: double 1.5 <nil>
}

func ExampleProgram_Test() {
	program, err := stellar.Compile("size")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(program.Test(context.Background(), stellar.Vars{}))
	fmt.Println(program.Test(context.Background(), stellar.Vars{"size": 5}))
	// Output:
	// false <nil>
	// false 1:1: type error: the expression gives the int 5 where true or false is wanted (with size = 5)
}

func ExampleProgram_Variables() {
	program, err := stellar.Compile("FILTER(ports, p -> p > limit) == [] and exists(source.type)")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(program.Variables())
	// Output: [limit ports source.type]
}

func ExampleProgram_Explain() {
	program, err := stellar.Compile("bytes > 1000 or exists(threat) or TO_UPPER(method) == 'POST'")
	if err != nil {
		log.Fatal(err)
	}
	explanation, err := program.Explain(context.Background(), stellar.Vars{"bytes": 12, "threat": "botnet"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(explanation)
	// Output:
	// * bytes > 1000 or exists(threat) or TO_UPPER(method) == 'POST' → true
	//     bytes > 1000 → false
	//       bytes → 12
	//   * exists(threat) → true
	//   - TO_UPPER(method) == 'POST'
}

func ExampleNewEnv() {
	env, err := stellar.NewEnv(stellar.Options{
		Functions: []fn.Func{stellar.Func("IS_PRIVATE(ip) -> whether the address is private", "",
			func(ip string) (bool, error) {
				address, err := netip.ParseAddr(ip)
				return address.IsPrivate(), err
			})},
		Limits: stellar.Limits{Steps: 1000},
		Clock:  func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) },
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(env.Eval(context.Background(), "IS_PRIVATE('192.168.1.1')", nil))
	fmt.Println(env.Eval(context.Background(), "IS_PRIVATE('no address')", nil))
	// Output:
	// true <nil>
	// <nil> 1:1: external error: IS_PRIVATE: ParseAddr("no address"): unable to parse IP
}

// An environment for expressions of people one does not know: texts and networks
// only, nothing that changes its arguments, and not the function that costs most.
func ExampleOptions() {
	env, err := stellar.NewEnv(stellar.Options{Libraries: []fn.Library{
		text.Library().OfPurity(fn.Pure),
		network.Library().Without("DOMAIN_TYPOSQUAT"),
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(env.Eval(context.Background(), "TO_UPPER(URL_TO_HOST('https://example.com/'))", nil))
	fmt.Println(env.Eval(context.Background(), "STATS_INIT()", nil))

	_, err = stellar.NewEnv(stellar.Options{Libraries: []fn.Library{network.Library().Without("DOMAIN_TYPOSQUATS")}})
	fmt.Println(err)
	// Output:
	// EXAMPLE.COM <nil>
	// <nil> 1:1: unknown function error: there is no function STATS_INIT
	// library "network": there is no function DOMAIN_TYPOSQUATS; did you mean DOMAIN_TYPOSQUAT?
}

func ExampleEnv_Check() {
	env, err := stellar.NewEnv(stellar.Options{})
	if err != nil {
		log.Fatal(err)
	}
	schema := stellar.Schema{"host": fn.String, "bytes": fn.Int | fn.Long}
	for _, finding := range env.Check("hots == 'x' or bytes == '5'", schema) {
		fmt.Println(finding)
	}
	// Output:
	// 1:1: argument error: there is no field hots; did you mean host?
	// 1:16: warning: this is always false: an int or long never equals a string
}

func ExampleFunc() {
	price := stellar.Func("PRICE(item, [currency]) -> its price", "Looks up what an item costs.",
		func(_ context.Context, item, currency string) (float64, error) {
			if currency != "" && currency != "EUR" {
				return 0, fn.Argumentf(1, "no prices in %s", currency)
			}
			return 9.5, nil
		})
	env, err := stellar.NewEnv(stellar.Options{Functions: []fn.Func{price}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(env.Eval(context.Background(), "PRICE('book') * 2", nil))
	fmt.Println(env.Eval(context.Background(), "PRICE(missing)", nil))
	fmt.Println(env.Eval(context.Background(), "PRICE('book', 'USD')", nil))
	// Output:
	// 19 <nil>
	// <nil> <nil>
	// <nil> 1:15: argument error: PRICE: no prices in USD
}

func ExampleVars() {
	message := map[string]any{"tags": []string{"dns", "tls"}, "source.type": "bro"}
	fmt.Println(stellar.Eval(context.Background(), "'tls' in tags and source.type == 'bro'", stellar.Vars(message)))
	// Output: true <nil>
}

func ExampleJSON() {
	variables, err := stellar.JSON([]byte(`{"port": 443, "flags": {"syn": true}}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stellar.Eval(context.Background(), "port in [80, 443] and MAP_GET('syn', flags)", variables))
	// Output: true <nil>
}

func ExampleStruct() {
	type flow struct {
		Source string `stellar:"ip_src_addr"`
		Bytes  int64  `json:"bytes"`
	}
	variables, err := stellar.Struct(flow{Source: "10.0.0.1", Bytes: 4096})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stellar.Eval(context.Background(), "IN_SUBNET(ip_src_addr, '10.0.0.0/8') and bytes > 1000", variables))
	// Output: true <nil>
}

func ExampleLookup() {
	variables := stellar.Lookup(func(name string) any {
		if name == "answer" {
			return 42
		}
		return nil
	})
	fmt.Println(stellar.Eval(context.Background(), "answer + missing", variables))
	// Output: 42 <nil>
}

// counters is a Resolver of its own.
type counters map[string]int32

func (c counters) Lookup(name string) value.Value {
	if n, ok := c[name]; ok {
		return value.Int(n)
	}
	return value.Null
}

func (c counters) Names() []string { return []string{"logins", "failures"} }

func ExampleResolver() {
	fmt.Println(stellar.Eval(context.Background(), "failures * 100 / logins", counters{"logins": 20, "failures": 3}))
	// Output: 15 <nil>
}

func ExampleError() {
	_, err := stellar.Eval(context.Background(), "LENGTH(name) > 3 and count - name > 0", stellar.Vars{"name": "admin", "count": 7})
	var e *stellar.Error
	if errors.As(err, &e) {
		fmt.Println(e)
		fmt.Println(e.Snippet())
		line, column := e.Position()
		fmt.Println(errors.Is(err, stellar.ErrType), line, column)
	}
	// Output:
	// 1:30: type error: - takes numbers, and 'admin' is a string (with count = 7, name = 'admin')
	// LENGTH(name) > 3 and count - name > 0
	//                      ~~~~~~~~^^^^
	// true 1 30
}

func ExampleLimits() {
	env, err := stellar.NewEnv(stellar.Options{Limits: stellar.Limits{StringLength: 100}})
	if err != nil {
		log.Fatal(err)
	}
	_, err = env.Eval(context.Background(), "FILL_LEFT('x', '-', 1000)", nil)
	fmt.Println(err)
	// Output: 1:21: limit error: FILL_LEFT: the text would be longer than the limit of 100 bytes
}
