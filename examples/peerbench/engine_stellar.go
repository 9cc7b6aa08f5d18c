package main

import (
	"context"

	"github.com/stellarlang/stellar/stellar"
	"github.com/stellarlang/stellar/stellar/value"
)

// stellarEngine evaluates by the method that suits the workload's result.
var stellarEngine = engine{
	name:        stellarName,
	source:      func(w workload) string { return w.stellar },
	compile:     compileStellar,
	timeCompile: true,
}

func compileStellar(w workload) (evaluator, error) {
	program, err := stellar.Compile(w.stellar)
	if err != nil {
		return evaluator{}, err
	}
	ctx := context.Background()
	switch w.result {
	case asBool:
		return evaluatorOf(unchanged, func(message map[string]any) (bool, error) {
			return program.Test(ctx, stellar.Vars(message))
		}, boxed), nil
	case asValue:
		return evaluatorOf(unchanged, func(message map[string]any) (value.Value, error) {
			return program.Value(ctx, stellar.Vars(message))
		}, value.Value.Go), nil
	default:
		return evaluatorOf(unchanged, func(message map[string]any) (any, error) {
			return program.Eval(ctx, stellar.Vars(message))
		}, boxed), nil
	}
}
