package main

import (
	"net/netip"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/types"
	"github.com/expr-lang/expr/vm"
)

// The engines of expr-lang/expr. Both compile with the types of all variables
// known and reuse a virtual machine. One reads the message as it is, the other a
// struct with its fields; the faster counts.
var (
	exprMapEngine = engine{
		name:   exprMapName,
		source: func(w workload) string { return w.expr },
		compile: func(w workload) (evaluator, error) {
			return compileExpr(w.expr, exprMessageType, unchanged)
		},
		timeCompile: true,
	}
	exprStructEngine = engine{
		name:   exprStructName,
		source: func(w workload) string { return w.expr },
		compile: func(w workload) (evaluator, error) {
			return compileExpr(w.expr, &exprMessage{}, newExprMessage)
		},
	}
)

var exprMessageType = types.Map{
	"Origin": types.String, "Country": types.String, "Value": types.Int, "Adults": types.Int,
	"int_num":     types.Int,
	"ip_src_addr": types.String,
	"is_local":    types.Any,
	"name":        types.String,
	"numbers":     types.Array(types.Any),
	"words":       types.Array(types.Any),
}

// exprMessage has the fields of all workloads' messages.
type exprMessage struct {
	Origin, Country string
	Value, Adults   int
	IntNum          int    `expr:"int_num"`
	Source          string `expr:"ip_src_addr"`
	IsLocal         any    `expr:"is_local"`
	Name            string `expr:"name"`
	Numbers         []any  `expr:"numbers"`
	Words           []any  `expr:"words"`
}

func newExprMessage(message map[string]any) *exprMessage {
	var m exprMessage
	m.Origin, _ = message["Origin"].(string)
	m.Country, _ = message["Country"].(string)
	m.Value, _ = message["Value"].(int)
	m.Adults, _ = message["Adults"].(int)
	m.IntNum, _ = message["int_num"].(int)
	m.Source, _ = message["ip_src_addr"].(string)
	m.IsLocal = message["is_local"]
	m.Name, _ = message["name"].(string)
	m.Numbers, _ = message["numbers"].([]any)
	m.Words, _ = message["words"].([]any)
	return &m
}

// compileExpr compiles source for messages of type M, of which messageType tells
// the variables.
func compileExpr[M any](source string, messageType any, adapt func(map[string]any) M) (evaluator, error) {
	program, err := expr.Compile(source, expr.Env(messageType), exprInSubnet, expr.Patch(prepareSubnet{}))
	if err != nil {
		return evaluator{}, err
	}
	var machine vm.VM
	return evaluatorOf(adapt, func(message M) (any, error) { return machine.Run(program, message) }, boxed), nil
}

// exprInSubnet lets the checker know IN_SUBNET. Calls are replaced before they
// could run it.
var exprInSubnet = expr.Function("IN_SUBNET", func(arguments ...any) (any, error) {
	subnet, err := netip.ParsePrefix(arguments[1].(string))
	if err != nil {
		return nil, err
	}
	return inSubnet(arguments[0].(string), subnet), nil
}, new(func(string, string) bool))

// prepareSubnet replaces IN_SUBNET(x, '…') by a call of a Go function that holds
// the parsed subnet, of a type that expr calls without reflection or allocation.
type prepareSubnet struct{}

func (prepareSubnet) Visit(node *ast.Node) {
	call, ok := (*node).(*ast.CallNode)
	if !ok || len(call.Arguments) != 2 || call.Callee.String() != "IN_SUBNET" {
		return
	}
	text, ok := call.Arguments[1].(*ast.StringNode)
	if !ok {
		return
	}
	subnet, err := netip.ParsePrefix(text.Value)
	if err != nil {
		return
	}
	ast.Patch(node, &ast.CallNode{
		Callee:    &ast.ConstantNode{Value: func(address string) bool { return inSubnet(address, subnet) }},
		Arguments: call.Arguments[:1],
	})
}
