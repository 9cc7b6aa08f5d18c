package main

import (
	"errors"
	"net/netip"
	"strings"

	"github.com/casbin/govaluate"
)

// govaluateEngine computes in doubles only and knows no lambdas.
var govaluateEngine = engine{
	name:    govaluateName,
	source:  func(w workload) string { return w.govaluate },
	compile: compileGovaluate,
}

func compileGovaluate(w workload) (evaluator, error) {
	expression, err := govaluate.NewEvaluableExpressionWithFunctions(w.govaluate, map[string]govaluate.ExpressionFunction{
		"IN_SUBNET": govaluateInSubnet(),
		"EXISTS":    func(arguments ...any) (any, error) { return len(arguments) > 0, nil }, // null comes as no argument
		"TO_UPPER":  func(arguments ...any) (any, error) { return strings.ToUpper(arguments[0].(string)), nil },
	})
	if err != nil {
		return evaluator{}, err
	}
	adapt := func(message map[string]any) govaluateMessage { return message }
	evaluate := func(message govaluateMessage) (any, error) { return expression.Eval(message) }
	return evaluatorOf(adapt, evaluate, boxed), nil
}

// govaluateMessage has null for missing variables.
type govaluateMessage map[string]any

func (m govaluateMessage) Get(name string) (any, error) { return m[name], nil }

// govaluateInSubnet remembers parsed subnets, as functions cannot prepare
// constant arguments.
func govaluateInSubnet() govaluate.ExpressionFunction {
	parsed := map[string]netip.Prefix{}
	return func(arguments ...any) (any, error) {
		address, addressOK := arguments[0].(string)
		text, textOK := arguments[1].(string)
		if !addressOK || !textOK {
			return nil, errors.New("IN_SUBNET takes two strings")
		}
		subnet, known := parsed[text]
		if !known {
			var err error
			if subnet, err = netip.ParsePrefix(text); err != nil {
				return nil, err
			}
			parsed[text] = subnet
		}
		return inSubnet(address, subnet), nil
	}
}
