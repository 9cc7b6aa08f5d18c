package compile

import (
	"context"

	"github.com/stellarlang/stellar/stellar/internal/analysis"
	"github.com/stellarlang/stellar/stellar/internal/syntax"
	"github.com/stellarlang/stellar/stellar/value"
)

// What a call that is computed beforehand may cost and return. Anything larger is
// computed anew by each evaluation rather than kept in the program, or made when
// it is compiled.
const (
	maxConstantString   = 256
	maxConstantWeight   = 64
	maxPrecomputedSteps = 2000
	maxPrecomputedWork  = 10_000 // of each kind that there are limits for

	// All of them together may cost so much for each node of the tree, and as
	// much as one, so that compiling grows with the text.
	precomputedStepsPerNode = 16
)

// precompute computes a pure call whose arguments are constants, or lambdas that
// depend on nothing around them. A call that fails is left to fail when it is
// evaluated.
func (c *compiler) precompute(n *syntax.Call, facts *analysis.Analysis) (value.Value, bool) {
	c.facts = facts
	if c.beforehand == nil {
		c.beforehand = newCompiler(smaller(c.env))
		c.beforehand.facts = facts
		c.beforehand.conditionally = 1 // what fails must not make the program fail
		c.beforehand.lambdas = map[*syntax.Lambda]code{}
		c.stepsLeft = maxPrecomputedSteps + precomputedStepsPerNode*int64(facts.Tree.Nodes)
	}
	if c.stepsLeft <= 0 {
		return value.Null, false
	}
	c.beforehand.env.Limits.Steps = min(c.env.Limits.Steps, maxPrecomputedSteps, c.stepsLeft)
	p := &Program{evaluate: c.beforehand.call(n).evaluator(), env: c.beforehand.env, needsState: true, at: site{node: n}}
	e := newState(context.Background(), p, nil)
	v, err := p.containedValue(scope{state: e})
	c.stepsLeft -= e.steps
	e.release()
	if err == nil {
		v, err = p.finished(context.Background(), v, nil)
	}
	if err != nil || v.Weight() > maxConstantWeight || len(v.Str()) > maxConstantString || !isPlainData(v) {
		return value.Null, false
	}
	return v, true
}

// smaller returns the environment of calls that are computed beforehand.
func smaller(env *Environment) *Environment {
	small := *env
	limits := &small.Limits
	limits.Elements = min(limits.Elements, maxPrecomputedWork)
	limits.StringLength = min(limits.StringLength, maxPrecomputedWork)
	return &small
}

// isPlainData reports whether v holds neither lambdas, which would keep to the
// smaller limits, nor objects, which functions may change.
func isPlainData(v value.Value) bool {
	switch v.Kind() {
	case value.KindLambda, value.KindObject:
		return false
	case value.KindList:
		for item := range v.List().All() {
			if !isPlainData(item) {
				return false
			}
		}
	case value.KindSet:
		for item := range v.Set().All() {
			if !isPlainData(item) {
				return false
			}
		}
	case value.KindMap:
		for k, item := range v.Map().All() {
			if !isPlainData(k) || !isPlainData(item) {
				return false
			}
		}
	}
	return true
}
