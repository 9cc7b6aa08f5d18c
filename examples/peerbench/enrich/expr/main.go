// Expr enriches messages with one expression for each step; see package enrich.
package main

import (
	"log"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"

	"github.com/stellarlang/stellar/examples/peerbench/enrich"
)

var steps = []struct{ name, expression string }{
	{"host", `url_to_host(url)`},
	{"internal", `is_internal(ip_src_addr)`},
	{"unusual", `method not in ["GET", "HEAD", "POST"]`},
	{"agent", `lower(user_agent)`},
	{"severity", `not internal and unusual ? "high" : code >= 400 ? "medium" : "low"`},
}

var fields = types.Map{
	"url": types.String, "ip_src_addr": types.String, "method": types.String, "user_agent": types.String,
	"code": types.Float64, "internal": types.Bool, "unusual": types.Bool,
	"url_to_host": types.TypeOf(enrich.Host), "is_internal": types.TypeOf(enrich.Internal),
}

func main() {
	programs := make([]*vm.Program, len(steps))
	for i, step := range steps {
		program, err := expr.Compile(step.expression, expr.Env(fields),
			expr.Function("url_to_host", func(arguments ...any) (any, error) {
				return enrich.Host(arguments[0].(string))
			}, enrich.Host),
			expr.Function("is_internal", func(arguments ...any) (any, error) {
				return enrich.Internal(arguments[0].(string)), nil
			}, enrich.Internal))
		if err != nil {
			log.Fatal(err)
		}
		programs[i] = program
	}
	var machine vm.VM
	enrich.Main(func(message map[string]any) (any, error) {
		for i, step := range steps {
			result, err := machine.Run(programs[i], message)
			if err != nil {
				return nil, err
			}
			message[step.name] = result
		}
		return message, nil
	})
}
