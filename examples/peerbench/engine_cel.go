package main

import (
	"net/netip"
	"reflect"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/ext"
	"cel.dev/cel-go/interpreter"
)

// newCELEngine makes the engine of cel-go: variables of declared types, constant
// parts worked out when the program is made.
func newCELEngine() (engine, error) {
	env, err := cel.NewEnv(
		ext.Strings(),
		cel.Variable("Origin", cel.StringType), cel.Variable("Country", cel.StringType),
		cel.Variable("Value", cel.IntType), cel.Variable("Adults", cel.IntType),
		cel.Variable("int_num", cel.IntType),
		cel.Variable("ip_src_addr", cel.StringType),
		cel.Variable("name", cel.StringType),
		cel.Variable("numbers", cel.ListType(cel.DynType)),
		cel.Variable("words", cel.ListType(cel.StringType)),
		cel.Variable("message", cel.MapType(cel.StringType, cel.DynType)),
		cel.Function("IN_SUBNET", cel.Overload("in_subnet_string_string",
			[]*cel.Type{cel.StringType, cel.StringType}, cel.BoolType, cel.BinaryBinding(celInSubnet))),
		cel.Function("TO_UPPER", cel.Overload("to_upper_string",
			[]*cel.Type{cel.StringType}, cel.StringType, cel.UnaryBinding(celToUpper))),
	)
	if err != nil {
		return engine{}, err
	}
	return engine{
		name:        celName,
		source:      func(w workload) string { return w.cel },
		compile:     func(w workload) (evaluator, error) { return compileCEL(env, w.cel) },
		timeCompile: true,
	}, nil
}

func compileCEL(env *cel.Env, source string) (evaluator, error) {
	checked, issues := env.Compile(source)
	if err := issues.Err(); err != nil {
		return evaluator{}, err
	}
	program, err := env.Program(checked,
		cel.EvalOptions(cel.OptOptimize), cel.CustomDecoratorV2(prepareCELSubnet))
	if err != nil {
		return evaluator{}, err
	}
	evaluate := func(input any) (ref.Val, error) {
		result, _, err := program.Eval(input)
		return result, err
	}
	return evaluatorOf(celInputFor(source), evaluate, celToGo), nil
}

// celInputFor tells how the expression gets its variables: from the message
// itself, the fastest way, or, when it asks for the presence of a field, from
// one that has the whole message as a variable too.
func celInputFor(source string) func(message map[string]any) any {
	if strings.Contains(source, "has(message.") {
		return func(message map[string]any) any { return celMessage(message) }
	}
	return func(message map[string]any) any { return message }
}

type celMessage map[string]any

func (m celMessage) ResolveName(name string) (any, bool) {
	if name == "message" {
		return map[string]any(m), true
	}
	field, found := m[name]
	return field, found
}

func (celMessage) Parent() cel.Activation { return nil }

func celToUpper(text ref.Val) ref.Val {
	return types.String(strings.ToUpper(string(text.(types.String))))
}

func celInSubnet(address, subnet ref.Val) ref.Val {
	parsed, err := netip.ParsePrefix(string(subnet.(types.String)))
	if err != nil {
		return types.WrapErr(err)
	}
	return types.Bool(inSubnet(string(address.(types.String)), parsed))
}

// prepareCELSubnet replaces IN_SUBNET(x, '…') by a test that holds the parsed
// subnet.
func prepareCELSubnet(node interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	call, ok := node.(interpreter.InterpretableCall)
	if !ok || call.Function() != "IN_SUBNET" {
		return node, nil
	}
	text, ok := call.Args()[1].(interpreter.InterpretableConst)
	if !ok {
		return node, nil
	}
	subnet, err := netip.ParsePrefix(string(text.Value().(types.String)))
	if err != nil {
		return nil, err
	}
	return &celSubnetTest{InterpretableV2: node, address: call.Args()[0], subnet: subnet}, nil
}

type celSubnetTest struct {
	interpreter.InterpretableV2
	address interpreter.InterpretableV2
	subnet  netip.Prefix
}

// Exec tests the address; anything but a string, as an error, passes through.
func (t *celSubnetTest) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	address := t.address.Exec(frame)
	text, ok := address.(types.String)
	if !ok {
		return address
	}
	return types.Bool(inSubnet(string(text), t.subnet))
}

// celToGo returns the error for a list that Go cannot hold: it then agrees with
// nobody.
func celToGo(result ref.Val) any {
	if result.Type() != types.ListType {
		return result.Value()
	}
	list, err := result.ConvertToNative(reflect.TypeFor[[]any]())
	if err != nil {
		return err
	}
	return list
}
